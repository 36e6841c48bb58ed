import Glibc

/// Programs that the tests start: those of the package's own Python environment first, then those on the PATH.
public enum Tool {
    /// The package's root folder.
    public static let root: String = {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    }()

    /// The path of a program, or its bare name for the PATH.
    public static func path(_ name: String) -> String {
        let local = root + "/.venv/bin/" + name
        return access(local, X_OK) == 0 ? local : name
    }
}
