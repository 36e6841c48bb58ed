import AWSCore
import Media

/// What a chunked encode is made of: two encodes with equal identities have equal chunks, byte for byte, and share them.
struct WorkIdentity: Sendable, Hashable {
    /// SHA-256 in lower-case hexadecimal digits: the name of the folder.
    let digest: String

    /// - Parameters:
    ///   - source: the source's key or path.
    ///   - sourceETag: of the version that is read.
    ///   - output: the output's name where the caller chooses it; nil where the source's key decides it.
    ///   - settings: in one line; see `EncodeOptions.digest`.
    ///   - chunks: how the video is divided: the value of that setting.
    ///   - libraries: versions and builds of what encodes, such as FFmpeg's and x265's.
    ///   - architecture: the processor's: x265's bitstreams are not always the same on another one.
    init(
        source: String, sourceETag: String, output: String?, settings: String, chunks: String, libraries: [String],
        architecture: String = Self.architecture
    ) {
        var fields = [source, sourceETag, output.map { "to \($0)" } ?? "", settings, chunks]
        fields += [Self.format, architecture] + libraries
        // The lengths keep two lists of fields from being one text.
        digest = SHA256.hexDigest(fields.map { "\($0.utf8.count):\($0)" }.joined(separator: "\n"))
    }

    /// The versions of this program and its libraries, in the order of a `WorkPlan`.
    static var software: [String] {
        [format, architecture, "reelpress \(Version.reelpress)", Libraries.ffmpegVersion, Libraries.x265Version]
    }

    private static var format: String { "format \(ChunkFormat.version)" }

    static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            #error("add this architecture's name")
        #endif
    }
}
