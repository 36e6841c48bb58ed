import Containers

/// What is known about a chunk that was encoded: everything that is not in its packets.
public struct ChunkFacts: Sendable, Codable {
    /// From 0, in presentation order.
    public var index: Int
    /// The counts of the filter and the encoder; those of the decoder are in the survey.
    var counts: FrameCounts
    var statistics: EncodeStatistics
    var survey: SourceSurvey
    var declared: DeclaredExtent
    var seams: SeamProofs
    /// The PTS of the access units.
    var times: TimestampDigest
    /// Nil where it is of no interest. All that is not a function of source, plan and index.
    public internal(set) var maker: ChunkMaker?

    /// Frames of the chunk.
    public var frames: Int { times.count }
}

/// What every access unit of a chunk needs to be decoded.
struct ChunkHeader: Sendable, Codable, Equatable {
    var version = ChunkFormat.version
    var index: Int
    /// VPS, SPS, PPS and the SEI messages of the whole stream, in Annex B form: the same for all chunks of a plan.
    var parameterSets: ByteString
    var reorderDelay: Int

    var headers: StreamHeaders { StreamHeaders(parameterSets: parameterSets.bytes, reorderDelay: reorderDelay) }
}
