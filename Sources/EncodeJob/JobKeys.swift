/// Where a source's output and report go: everything follows from the source's key.
///
/// Names are kept byte for byte; a key is compared and cut by its UTF-8 bytes, never normalised.
public struct JobKeys: Sendable, Hashable {
    /// The source's own key, under `input/`.
    public let source: String
    public let policy: ResolutionPolicy
    /// The source's path below its policy's folder, with its extension.
    public let path: String

    /// The prefix of every source.
    public static let inputPrefix = "input/"

    /// - Returns: nil for a key that is not below `input/`, and for a folder's key.
    public init?(source: String) {
        guard source.utf8.starts(with: Self.inputPrefix.utf8) else { return nil }
        let below = source.utf8.dropFirst(Self.inputPrefix.utf8.count)
        guard let last = below.last, last != UInt8(ascii: "/") else { return nil }
        self.source = source
        for policy in ResolutionPolicy.allCases {
            let folder = "\(policy.rawValue)/"
            if below.starts(with: folder.utf8) {
                self.policy = policy
                path = String(Substring(below.dropFirst(folder.utf8.count)))
                return
            }
        }
        policy = .preserve
        path = String(Substring(below))
    }

    /// The output's key: the source's extension replaced by `fileExtension` (no dot).
    public func output(_ fileExtension: String) -> String {
        "output/\(policy.rawValue)/\(stem).\(fileExtension)"
    }

    /// The output's key where another source's output already has the first name, which is never replaced.
    public func distinctOutput(_ fileExtension: String) -> String {
        "output/\(policy.rawValue)/\(path).\(fileExtension)"
    }

    /// The key of a copy of the source, where that is the better output: its extension stays.
    public var copy: String { "output/\(policy.rawValue)/\(path)" }

    /// The copy's key where another source's output already has the first name.
    public var distinctCopy: String {
        let added = path.utf8.dropFirst(stem.utf8.count)
        return added.isEmpty ? "\(copy).copy" : "\(copy)\(Substring(added))"
    }

    /// The report's key.
    public var report: String { "reports/\(policy.rawValue)/\(path).json" }

    /// The path without its extension.
    private var stem: Substring { NameExtension.split(path).stem }
}

/// How the output's resolution follows from the source's.
public enum ResolutionPolicy: String, Sendable, CaseIterable, Codable {
    /// The resolution stays exactly as it is.
    case preserve
    /// Frames larger than 2560×1440 (portrait: 1440×2560) are fitted into that.
    case downscale
}
