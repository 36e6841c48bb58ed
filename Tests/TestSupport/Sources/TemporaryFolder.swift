import Glibc

/// A folder that is removed with its owner.
public final class TemporaryFolder: Sendable {
    /// Where it is, without a slash at the end.
    public let path: String

    /// What the names of these folders begin with.
    public static let prefix = "reelpress-"

    /// Makes an empty one that every user may enter.
    public init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw CommandFailure("no temporary folder: \(String(cString: strerror(errno)))")
        }
        path = name.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
        chmod(path, 0o755)
    }

    deinit { remove() }

    /// Removes it at once, for owners that live as long as the process.
    public func remove() {
        _ = try? Command(["rm", "-rf", "--", path]).run()
    }

    /// The path of something in it; the folders on the way are made.
    public func callAsFunction(_ name: String) -> String {
        let path = "\(path)/\(name)"
        for (index, byte) in path.utf8.enumerated() where byte == UInt8(ascii: "/") && index > 0 {
            mkdir(String(decoding: path.utf8.prefix(index), as: UTF8.self), 0o755)
        }
        return path
    }

    /// The paths of all files below a folder of it, hidden ones too, in byte order.
    public func files(below name: String = ".") throws -> [String] {
        let found = try Command(["find", "\(path)/\(name)", "-type", "f", "-printf", "%P\\0"]).run()
        return found.output.split(separator: "\0").map(String.init).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }
}
