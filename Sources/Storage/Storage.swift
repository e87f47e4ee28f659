// Storage: what is kept, and how it is asked for. Everything that outlives a request and is not a browser's is here.
//
// Owns:      `Store` with one file per aggregate (its rows, its reads, its writes as `Step` factories), the SQL in the
//            dialect that SQLite (3.40 and later) and PostgreSQL (15 and later) share, the migrations, the settings
//            codec, and the values that only storage needs: `Session`, `AuthorizationCode`, `Grant`, `SignInRecord`,
//            `AuditRecord`, `KeyRecord`, `OutgoingMail` and their like.
// Leaves:    connections, threads and locks to the drivers (StorageSQLite), rules about who may do what to Access, and
//            wrapping of secrets to Cryptography: what arrives here wrapped or hashed stays so.
// Start at:  `Database.swift` (the door a driver implements), `Statement.swift`, then any aggregate, say `Users.swift`.
//
// How a write works: a commit is a list of steps and happens whole or not at all. A step may expect that it changed
// exactly one row (`Expectation.one`); one that did not undoes its commit and no other's. So every single-use thing is
// spent by an UPDATE that only the first caller can satisfy, and no read ever decides whether something is still unspent.
//
// Every table carries the tenant first in its primary key, and every read and write takes the tenant first. The few
// questions that concern the whole installation (which tenant owns a domain, which mail is due, whether an
// administrator exists) are named so. There are no foreign keys: partners, applications and policies live in settings
// versions, not in rows, and a sign-in's record outlives the user that it names.
//
// Times are integer milliseconds since 1970; a Date loses what lies below. JSON is text.
