import Containers
import Media

/// What a job would make of its source, to be held against what is there.
struct WantedOutput {
    var source: OpenedObject
    var sourceName: String
    var settings: Report.UsedSettings

    /// What an output carries.
    ///
    /// - Parameter kept: why it is the source itself; nil for an encoded one.
    func metadata(keeping kept: Report.Kept? = nil) -> OutputMetadata {
        OutputMetadata(
            source: sourceName, sourceETag: source.etag, settings: settings.digest(keeping: kept),
            version: Version.reelpress)
    }

    /// Whether an output of those metadata would come out just so, or is of a newer version of the source.
    func accepts(_ found: OutputMetadata, bytes: UInt64) -> Bool {
        guard found.hasSameSource(as: metadata()) else { return false }
        if let newer = source.newerETag, found.sourceETag == newer { return true }
        guard found.sourceETag == source.etag else { return false }
        if found.settings == metadata().settings { return settings.larger == .keep || bytes < source.bytes.size }
        // A copy is as good as a new one where the settings would make one.
        guard settings.larger != .skip else { return false }
        return settings.larger == .copy && found.settings == metadata(keeping: .larger).settings
            || settings.skipHEVCBelow > 0 && found.settings == metadata(keeping: .efficient).settings
    }

    /// Whether a job before found that there is to be no output of just this.
    func wasSkipped(_ before: Report) -> Bool {
        before.status == .skipped && before.kept != nil && before.source.etag == source.etag
            && before.settings == settings
    }
}
