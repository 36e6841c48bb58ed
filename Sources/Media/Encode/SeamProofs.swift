import CFFmpeg

/// Checksums of frames next to the seams of a chunk, as they reach the encoder.
///
/// A chunk and the one before it both decode the first frames of the chunk: if what they see differs, one of them was
/// decoded without the frames that it refers to.
struct SeamProofs: Sendable, Hashable, Codable {
    /// One frame.
    struct Frame: Sendable, Hashable, Codable {
        /// PTS, in ticks of the encoded video's time base.
        var time: Int64
        /// CRC-32 of the samples and of the metadata that is encoded with the frame.
        var checksum: UInt32
    }

    /// Frames on each side of a seam.
    static let frames = 12

    /// The chunk's first frames.
    private(set) var head: [Frame] = []
    /// The first frames after the chunk.
    private(set) var tail: [Frame] = []

    /// - Parameter startsAtSeam: false for the first chunk.
    mutating func add(
        _ frame: borrowing Media.Frame, _ place: FrameWindow.Place, of video: VideoPlan, startsAtSeam: Bool
    ) {
        switch place {
        case .before: return
        case .inside: if startsAtSeam, head.count < Self.frames { head.append(Self.proof(of: frame, video)) }
        case .after: if tail.count < Self.frames { tail.append(Self.proof(of: frame, video)) }
        }
    }

    /// Whether a chunk begins with the frames that the one before it sees after its end.
    func continues(_ previous: SeamProofs) -> Bool {
        let count = min(head.count, previous.tail.count)
        return count > 0 && head.prefix(count) == previous.tail.prefix(count)
    }

    private static func proof(of frame: borrowing Media.Frame, _ video: VideoPlan) -> Frame {
        let fields = frame.pointer.pointee
        let planes = [
            (start: UnsafeRawPointer(fields.data.0), stride: Int(fields.linesize.0)),
            (start: UnsafeRawPointer(fields.data.1), stride: Int(fields.linesize.1)),
            (start: UnsafeRawPointer(fields.data.2), stride: Int(fields.linesize.2)),
        ]
        var checksum = FrameCRC.of(planes, size: video.paddedSize, bytesPerSample: video.bytesPerSample)
        let metadata = FrameMetadata(of: frame, for: video)
        let table = av_crc_get_table(AV_CRC_32_IEEE_LE)
        for bytes in metadata.messages.map(\.unit) + [metadata.dolbyVision ?? []] {
            checksum = av_crc(table, checksum, bytes, bytes.count)
        }
        return Frame(time: frame.presentationTime, checksum: checksum)
    }
}
