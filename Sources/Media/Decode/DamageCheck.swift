import CFFmpeg
import Findings

/// Counts damaged and missing frames, and compares them with the tolerance.
struct DamageCheck {
    /// Largest share of damaged frames, 0 to 1.
    private let tolerance: Double
    /// Video packets that the demuxer marked as incomplete.
    private(set) var incompletePackets = 0
    /// Frames missing in timestamp gaps, minus undecodable packets.
    private(set) var missingFrames = 0
    /// Timestamp gaps with missing frames.
    private(set) var gaps = 0
    private var demuxerLoggedErrors = false
    private var undecodableBeforeFirstFrame: Int?

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    mutating func add(_ packet: borrowing Packet) {
        if packet.isIncomplete { incompletePackets += 1 }
    }

    /// Called at the first frame. Undecodable packets before it don't count: a recording may begin in the middle of a
    /// GOP.
    mutating func begin(_ counts: Decoder.Counts) { undecodableBeforeFirstFrame = counts.undecodablePackets }

    /// Called after the last frame.
    ///
    /// - Parameter loggedErrors: the number of errors that the demuxer logged.
    mutating func end(_ gaps: GapDetector, loggedErrors: Int, _ counts: Decoder.Counts) {
        guard let found = gaps.found else { return }
        missingFrames = max(0, found.missingFrames - counts.undecodablePackets)
        if missingFrames > 0 { self.gaps = found.gaps }
        demuxerLoggedErrors = loggedErrors > 0
    }

    /// - Returns: damaged and missing frames. An incomplete packet usually yields a damaged frame or none, so incomplete
    ///   packets are not added to those.
    func damaged(_ counts: Decoder.Counts) -> Int {
        let undecodable = counts.undecodablePackets - (undecodableBeforeFirstFrame ?? 0)
        // Cameras drop frames too: missing frames are damage only if the container is damaged as well.
        let missing = demuxerLoggedErrors ? missingFrames : 0
        return max(counts.damagedFrames + undecodable, incompletePackets) + missing
    }

    /// - Throws: `ReportedError` of code `damagedSource` if more frames are damaged than the tolerance allows.
    func check(_ counts: Decoder.Counts) throws(ReportedError) {
        let damaged = damaged(counts)
        guard Double(damaged) > Double(counts.frames) * tolerance else { return }
        throw ReportedError(
            .damagedSource, .decode,
            "\(damaged) of the source's \(counts.frames) frames \(damaged == 1 ? "is" : "are") damaged, more than the "
                + "\(percent) % allowed",
            advice: "upload it again, or repair it")
    }

    private var percent: String {
        let tenths = Int((tolerance * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
