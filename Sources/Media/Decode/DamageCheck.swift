import CFFmpeg
import Findings

/// What of a source's video is damaged, and whether that is still let through.
struct DamageCheck {
    /// Share of the pictures that may be damaged, 0 to 1.
    private let tolerance: Double
    /// Packets of the video that the container itself calls damaged: parts of them got lost.
    private(set) var incompletePackets = 0
    /// Pictures that the times jump over, beside packets that gave none.
    private(set) var missingFrames = 0
    /// Places where they do.
    private(set) var gaps = 0
    private var demuxerComplains = false
    private var refusedBeforeFirstPicture: Int?

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    mutating func add(_ packet: borrowing Packet) {
        if packet.isIncomplete { incompletePackets += 1 }
    }

    /// The first picture is out. Packets before it don't count: a recording may begin in the middle of a group of
    /// pictures.
    mutating func begin(_ counts: Decoder.Counts) { refusedBeforeFirstPicture = counts.undecodablePackets }

    /// All pictures are out.
    ///
    /// - Parameters:
    ///   - gaps: where the times jump.
    ///   - loggedErrors: what the demuxer logged as errors.
    mutating func end(_ gaps: GapDetector, loggedErrors: Int, _ counts: Decoder.Counts) {
        guard let found = gaps.found else { return }
        missingFrames = max(0, found.pictures - counts.undecodablePackets)
        if missingFrames > 0 { self.gaps = found.places }
        demuxerComplains = loggedErrors > 0
    }

    /// - Returns: pictures that are damaged or missing. A packet that lost a part mostly gives a damaged picture or none,
    ///   so that the two are not added up.
    func damaged(_ counts: Decoder.Counts) -> Int {
        let refused = counts.undecodablePackets - (refusedBeforeFirstPicture ?? 0)
        // Cameras leave out pictures too: what is missing is damage where the container is broken as well.
        let missing = demuxerComplains ? missingFrames : 0
        return max(counts.damagedFrames + refused, incompletePackets) + missing
    }

    /// - Throws: `ReportedError` of code `damagedSource` if more is damaged than is let through.
    func check(_ counts: Decoder.Counts) throws(ReportedError) {
        let damaged = damaged(counts)
        guard Double(damaged) > Double(counts.frames) * tolerance else { return }
        throw ReportedError(
            .damagedSource, .decode,
            "\(damaged) of the source's \(counts.frames) pictures are damaged, more than the \(percent) % let through",
            advice: "upload it again, or repair it")
    }

    private var percent: String {
        let tenths = Int((tolerance * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
