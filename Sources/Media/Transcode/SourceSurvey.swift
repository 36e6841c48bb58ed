import Findings

/// Everything that was found out while a source was read. Chunks of one source add up: checks apply to the sum.
struct SourceSurvey: Sendable, Codable {
    var packets: PacketSurvey
    var streams: StreamSurvey
    /// Timestamp discontinuities that were removed.
    var discontinuities: Int
    var decoding: DecodingSurvey
    /// Packets of LPCM that could not be unpacked, by stream index.
    var notUnpacked: [Int: Int] = [:]

    /// The survey of both; the other one's packets come after this one's.
    static func + (one: SourceSurvey, other: SourceSurvey) -> SourceSurvey {
        SourceSurvey(
            packets: one.packets + other.packets, streams: one.streams + other.streams,
            discontinuities: one.discontinuities + other.discontinuities, decoding: one.decoding + other.decoding,
            notUnpacked: one.notUnpacked.merging(other.notUnpacked) { $0 + $1 })
    }

    /// Checks that the whole source was read, as its index and headers promise, and that no more is damaged than is
    /// tolerated.
    ///
    /// - Parameter tolerance: the largest share of damaged frames, 0 to 1.
    /// - Returns: the counts of what was decoded.
    /// - Throws: `ReportedError` of code `unsupported`, `truncatedSource` or `damagedSource`.
    func check(against declared: DeclaredExtent, tolerance: Double) throws(ReportedError) -> FrameCounts {
        try declared.checkPresent(packets)
        try declared.checkComplete(packets)
        try streams.checkNotContinued()
        return try decoding.frameCounts(tolerance: tolerance)
    }
}
