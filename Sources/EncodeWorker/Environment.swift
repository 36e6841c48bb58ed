import Glibc

/// The process's environment variables.
enum Environment {
    /// The value of a variable that is set and not empty.
    static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
