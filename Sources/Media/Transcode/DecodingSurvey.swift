import CFFmpeg
import Findings

/// What was decoded, and its damage. Chunks of one source add up; the tolerance applies to the sum.
struct DecodingSurvey: Sendable, Codable {
    var counts = Decoder.Counts()
    var gaps: GapDetector
    /// Video packets that the demuxer marked as incomplete.
    var incompletePackets = 0
    /// Undecodable packets before the source's first frame don't count: a recording may begin in the middle of a GOP.
    var undecodableBeforeFirstFrame = 0
    /// Errors that the demuxer logged.
    var loggedErrors = 0

    /// The survey of both; the other one's frames come after this one's.
    static func + (one: DecodingSurvey, other: DecodingSurvey) -> DecodingSurvey {
        var sum = one
        sum.counts = one.counts + other.counts
        sum.gaps = one.gaps + other.gaps
        sum.incompletePackets += other.incompletePackets
        sum.undecodableBeforeFirstFrame += other.undecodableBeforeFirstFrame
        sum.loggedErrors += other.loggedErrors
        return sum
    }

    /// Frames missing in timestamp gaps, minus undecodable packets.
    private var missingFrames: Int { max(0, (gaps.found?.missingFrames ?? 0) - counts.undecodablePackets) }

    /// Damaged and missing frames. An incomplete packet usually yields a damaged frame or none, so incomplete packets are
    /// not added to those.
    private var damagedFrames: Int {
        let undecodable = counts.undecodablePackets - undecodableBeforeFirstFrame
        // Cameras drop frames too: missing frames are damage only if the container is damaged as well.
        let missing = loggedErrors > 0 ? missingFrames : 0
        return max(counts.damagedFrames + undecodable, incompletePackets) + missing
    }

    /// The counts for the report.
    ///
    /// - Parameter tolerance: the largest share of damaged frames, 0 to 1; one frame is allowed unless it is 0.
    /// - Throws: `ReportedError` of code `damagedSource` if more frames are damaged.
    func frameCounts(tolerance: Double) throws(ReportedError) -> FrameCounts {
        let damaged = damagedFrames
        // A share of a short clip would allow none at all.
        let share = Double(counts.frames) * tolerance
        guard Double(damaged) <= (tolerance > 0 ? max(1, share) : 0) else {
            throw ReportedError(
                .damagedSource, .decode,
                "\(damaged) of the source's \(counts.frames) frames \(damaged == 1 ? "is" : "are") damaged, more than the "
                    + "\(Self.percent(tolerance)) % allowed",
                advice: "upload it again, or repair it")
        }
        var result = FrameCounts()
        result.decoded = counts.frames
        result.damaged = counts.damagedFrames
        result.undecodablePackets = counts.undecodablePackets
        result.incompletePackets = incompletePackets
        result.gaps = missingFrames > 0 ? gaps.found?.gaps ?? 0 : 0
        result.missing = missingFrames
        result.retimed = counts.retimedFrames
        result.interlaced = counts.interlacedFrames
        return result
    }

    private static func percent(_ tolerance: Double) -> String {
        let tenths = Int((tolerance * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
