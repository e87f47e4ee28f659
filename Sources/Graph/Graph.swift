// Graph: the management API, in the shapes of Microsoft Graph v1.0, below `/graph/v1.0/`.
//
// It owns: who may call what (`Permissions/`), the wire (`Wire/`: requests, batches, answers, and the one place where an
// error meets it), OData's query options (`OData/`), what a resource's members are and which can be written (`Schema/`),
// the resources, one folder each, and the description of all of it (`OpenAPI/`).
// It leaves to others: proof of a token and what it rests on (Gateway), rules about people (Directory, Access), SQL
// (Storage).
//
// A resource is a list of operations: method, path, who may, what comes in, what goes out, and the work. The list is the
// route table, the permission table and the OpenAPI document at once, so none of them can say what the others do not. A
// new resource is a new file, and a line in `GraphSurface.swift`. A request is parsed once, into a `GraphCall`: an
// operation never sees an unknown property, an option that it does not take, or a caller who may not.
//
// Whose state: the tenant of the token and no other. An id of another tenant is an id that does not exist.
//
// Start at `Users/UserResource.swift`, then `Wire/GraphFeature.swift`.
