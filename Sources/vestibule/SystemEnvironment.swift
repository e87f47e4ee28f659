import Glibc

/// The environment's variables.
enum SystemEnvironment {
    static subscript(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
