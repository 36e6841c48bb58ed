import CFFmpeg
import Containers

/// One track of the output: everything that the muxer needs to know about the source's stream.
struct TrackDescription: Sendable, Codable {
    /// Side data of a stream. Source: FFmpeg, "libavcodec/packet.h", AVPacketSideDataType.
    struct SideData: Sendable, Codable {
        var type: UInt32
        var data: ByteString
    }

    /// The index of the source's stream.
    let stream: Int
    let kind: StreamInfo.Kind
    let parameters: CodecParameters
    let timeBase: Rational
    /// AV_DISPOSITION_* flags.
    let disposition: Int32
    /// The container's sample aspect ratio; the codec parameters may have another.
    let streamAspectRatio: Rational
    let averageFrameRate: Rational
    let realFrameRate: Rational
    /// In ticks; AV_NOPTS_VALUE where it is unknown.
    let duration: Int64
    let tags: [Tag]
    let sideData: [SideData]
    /// The image of a cover; nil for other tracks.
    let cover: ByteString?

    init(_ stream: UnsafeMutablePointer<AVStream>) {
        let source = stream.pointee
        self.stream = Int(source.index)
        kind = StreamInfo.kind(of: source)
        parameters = CodecParameters(source.codecpar)
        timeBase = Rational(source.time_base)
        disposition = source.disposition
        streamAspectRatio = Rational(source.sample_aspect_ratio)
        averageFrameRate = Rational(source.avg_frame_rate)
        realFrameRate = Rational(source.r_frame_rate)
        duration = source.duration
        tags = Media.tags(in: source.metadata).map { Tag(name: $0.name, value: $0.value) }
        sideData = (0..<AV_PKT_DATA_NB.rawValue).compactMap { raw in
            stream.sideData(AVPacketSideDataType(raw)).map { SideData(type: raw, data: ByteString($0)) }
        }
        let image = source.attached_pic
        cover =
            kind == .cover && image.size > 0 && image.data != nil
            ? ByteString(Array(UnsafeBufferPointer(start: image.data, count: Int(image.size)))) : nil
    }
}

/// A metadata entry.
struct Tag: Sendable, Hashable, Codable {
    var name: String
    var value: String
}

/// The output's global metadata and chapters.
struct ContainerDescription: Sendable, Codable {
    struct Chapter: Sendable, Codable {
        var identifier: Int64
        var timeBase: Rational
        /// In ticks, on the output's timeline.
        var start: Int64
        var end: Int64
        var tags: [Tag]
    }

    let tags: [Tag]
    let chapters: [Chapter]

    /// - Parameter offset: from the source's timeline to the output's.
    init(_ source: UnsafeMutablePointer<AVFormatContext>, _ offset: StartOffset) {
        tags = Media.tags(in: source.pointee.metadata).map { Tag(name: $0.name, value: $0.value) }
        chapters = (0..<Int(source.pointee.nb_chapters)).compactMap { index in
            guard let chapter = source.pointee.chapters?[index]?.pointee else { return nil }
            let timeBase = Rational(chapter.time_base)
            let ticks = offset.ticks(in: timeBase)
            return Chapter(
                identifier: chapter.id, timeBase: timeBase, start: chapter.start + ticks, end: chapter.end + ticks,
                tags: Media.tags(in: chapter.metadata).map { Tag(name: $0.name, value: $0.value) })
        }
    }
}
