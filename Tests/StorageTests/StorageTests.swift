// StorageTests: one suite for every engine. A test that takes a `Backend` uses nothing but `Store` and `Database`, so
// that another engine joins by a case of `Backend`; what concerns files, locks and SQLite itself is in the SQLite…Tests.
//
// Start at `Backend.swift` and `Samples.swift`.
