// SQLite for Swift: the header, and wrappers for what the importer cannot see (macros with function pointer casts,
// variadic calls). No feature macros here: they would change other modules' libc.
#ifndef VESTIBULE_CSQLITE_SHIM_H
#define VESTIBULE_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <stddef.h>

static const int SHIM_SQLITE_CONSTRAINT_UNIQUE = SQLITE_CONSTRAINT_UNIQUE;
static const int SHIM_SQLITE_CONSTRAINT_PRIMARYKEY = SQLITE_CONSTRAINT_PRIMARYKEY;

// Before the first connection: each has one thread at a time, and nobody reads the memory statistics, whose lock every
// allocation of every connection would take.
static inline int shim_sqlite_configure(void) {
    int answer = sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    return answer == SQLITE_OK ? sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) : answer;
}

// SQLite copies what is bound. A null pointer would bind NULL, so nothing at all has an address too.
static inline int shim_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *text, size_t count) {
    return sqlite3_bind_text64(statement, index, count == 0 ? "" : (const char *)text, count, SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

static inline int shim_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count) {
    return sqlite3_bind_blob64(statement, index, count == 0 ? "" : bytes, count, SQLITE_TRANSIENT);
}

#endif
