import AWSCore
import Containers
import Findings
import JobReport

/// The output that a job would produce, to be compared with outputs that exist.
struct OutputIdentity {
    var source: OpenedObject
    var sourceName: String
    var options: EncodeOptions

    /// The metadata of the output.
    ///
    /// - Parameter reason: why it is a copy of the source; nil for an encoded one.
    func metadata(copying reason: CopyReason? = nil) -> OutputMetadata {
        OutputMetadata(
            source: sourceName, sourceETag: source.etag, settings: options.digest(copying: reason),
            version: Version.reelpress)
    }

    /// Whether an existing output is the one that this job would produce, or comes from a newer version of the source.
    func matches(_ found: OutputMetadata, bytes: UInt64) -> Bool {
        guard found.hasSameSource(as: metadata()) else { return false }
        if let newer = source.newerETag, found.sourceETag == newer { return true }
        guard found.sourceETag == source.etag else { return false }
        if found.settings == metadata().settings { return options.larger == .keep || bytes < source.bytes.size }
        // A copy matches if the settings could lead to one.
        guard options.larger != .skip else { return false }
        return options.larger == .copy && found.settings == metadata(copying: .larger).settings
            || options.skipHEVCBelow > 0 && found.settings == metadata(copying: .efficient).settings
    }

    /// Whether an earlier job found that this output is not wanted.
    func matchesSkip(_ before: Report) -> Bool {
        before.status == .skipped && before.kept != nil && before.source.etag == source.etag.value
            && before.settings == options
    }
}
