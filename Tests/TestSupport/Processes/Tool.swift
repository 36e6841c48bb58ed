import Glibc

/// Programs that the tests start: those of the package's own Python environment first, then those on the PATH.
public enum Tool {
    /// The package's root folder.
    public static let root: String = {
        #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    }()

    /// The path of a program, or its bare name for the PATH.
    public static func path(_ name: String) -> String {
        let local = root + "/.venv/bin/" + name
        return access(local, X_OK) == 0 ? local : name
    }

    /// The path of a program of this package, next to the test bundle.
    ///
    /// - Parameter override: the environment variable that names another one.
    public static func built(_ name: String, override: String? = nil) -> String {
        if let path = override.flatMap({ getenv($0) }) { return String(cString: path) }
        let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = (folder + [name[...]]).joined(separator: "/")
        return FileBytes.exists(path) ? path : "\(root)/.build/debug/\(name)"
    }
}
