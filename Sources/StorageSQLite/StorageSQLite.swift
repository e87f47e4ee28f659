// StorageSQLite: the embedded database. A driver and nothing else: it knows no table but the one of its migrations.
//
// Owns:      opening, migrating, locking, backing up and closing the file; one writer thread that commits every waiting
//            write together; a pool of connections that read on the caller's thread.
// Leaves:    what is written and read to Storage; when to purge and to back up to the gateway.
// Start at:  `SQLiteDatabase.swift`, then `CommitQueue.swift`, where the group commit is.
//
// Why one thread writes: a durable commit costs one fsync whoever wrote, so the more callers share it the better. Each
// caller's steps run in a savepoint of their own and are undone alone; the COMMIT, with synchronous=FULL, is everybody's,
// and nobody is answered before it. Why reads don't: with the write-ahead log they never wait for the writer, and a
// point read takes less time than a hop to another thread.
