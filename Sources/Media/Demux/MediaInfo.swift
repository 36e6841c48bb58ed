import CFFmpeg
public import Containers

/// The properties of a media file, as plain values.
public struct MediaInfo: Sendable, Codable {
    /// libavformat's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    public var container: String
    /// Seconds, according to the container; nil if unknown.
    public var duration: Double?
    /// Bits per second of all streams; nil if unknown.
    public var bitRate: Int64?
    public var chapterCount: Int
    /// The file's tags except those of its muxer, by name in lower case.
    public var tags: [String: String] = [:]
    public var streams: [StreamInfo]

    var sourceContainer: SourceContainer { SourceContainer(formatName: container) }
}

/// One stream of a media file.
public struct StreamInfo: Sendable, Codable {
    /// What the stream carries.
    public enum Kind: String, Sendable, Codable {
        case video, audio, subtitle, attachment, data
        /// A cover image or thumbnail.
        case cover
    }

    public var index: Int
    public var kind: Kind
    /// libavcodec's name, such as `h264`; for an unknown codec the container's tag, such as `mebx`, or else `none`.
    public var codec: String
    /// Seconds per tick.
    public var timeBase: Rational
    /// Frame size, video and covers only.
    public var size: Resolution?
    /// libavutil's name, video only.
    public var pixelFormat: String?
    /// Frames per second, video only; 0/1 if unknown.
    public var frameRate: Rational?
    /// Hz, audio only.
    public var sampleRate: Int?
    /// Audio only.
    public var channels: Int?
    /// libavutil's name, such as `5.1(side)`, for codecs whose layout only the container signals; nil if unknown.
    var channelLayout: String?
    /// BCP 47 or ISO 639-2, as in the container.
    public var language: String?
    public var title: String?
    /// User-defined tags other than these, by name in lower case.
    public var tags: [String: String] = [:]
    /// Dispositions, such as `comment` or `forced`.
    public var dispositions: [String]
    /// Bits per second; nil if the container doesn't specify them.
    public var bitRate: Int64?
    /// Packets in the container's index; nil without an index.
    public var packetCount: Int64?
    /// Bytes of the image, covers only.
    public var coverBytes: Int?
    /// Degrees counter-clockwise by which a player rotates the frame; 0 if none.
    public var rotation: Int

    init(_ stream: AVStream, guessedFrameRate: Rational) {
        let parameters = stream.codecpar.pointee
        index = Int(stream.index)
        kind = Self.kind(of: stream)
        codec = Self.codec(of: parameters)
        timeBase = Rational(stream.time_base)
        language = tag("language", in: stream.metadata)
        title = tag("title", in: stream.metadata)
        dispositions = Self.dispositions(of: stream)
        tags = TagFilter.userTags(of: stream.metadata)
        bitRate = parameters.bit_rate > 0 ? parameters.bit_rate : nil
        packetCount = stream.nb_frames > 0 ? stream.nb_frames : nil
        rotation = 0
        switch kind {
        case .video, .cover:
            size = Resolution(width: Int(parameters.width), height: Int(parameters.height))
            pixelFormat = pixelFormatName(AVPixelFormat(parameters.format))
            frameRate = guessedFrameRate
            rotation = Self.rotation(of: stream)
            if kind == .cover { coverBytes = Int(stream.attached_pic.size) }
        case .audio:
            sampleRate = Int(parameters.sample_rate)
            channels = withUnsafePointer(to: parameters) { Int(reelpress_channel_count($0)) }
            if Self.hasContainerLayout(parameters.codec_id) { channelLayout = ChannelLayout.name(parameters.ch_layout) }
        case .subtitle, .attachment, .data:
            break
        }
    }

    private static func codec(of parameters: AVCodecParameters) -> String {
        let name = String(cString: avcodec_get_name(parameters.codec_id))
        guard parameters.codec_id == AV_CODEC_ID_NONE, parameters.codec_type != AVMEDIA_TYPE_ATTACHMENT else {
            return name
        }
        // Names of fewer characters end with spaces, such as a hint track's `rtp `.
        let tag = (0..<4).map { UInt8(truncatingIfNeeded: parameters.codec_tag >> (8 * $0)) }
        let text = tag.prefix(1 + (tag.lastIndex { $0 != 0x20 } ?? -1))
        return !text.isEmpty && text.allSatisfy { 0x21...0x7E ~= $0 } ? String(decoding: text, as: UTF8.self) : name
    }

    /// Whether only the container signals a codec's channel layout.
    private static func hasContainerLayout(_ codec: AVCodecID) -> Bool {
        // Their decoders only know the number of channels.
        if [AV_CODEC_ID_S302M, AV_CODEC_ID_PCM_DVD].contains(codec) { return false }
        let isPCM = (AV_CODEC_ID_FIRST_AUDIO.rawValue..<AV_CODEC_ID_ADPCM_IMA_QT.rawValue).contains(codec.rawValue)
        return isPCM || [AV_CODEC_ID_FLAC, AV_CODEC_ID_ALAC].contains(codec)
    }

    /// The layout that players take the channels of such a codec for.
    var storedLayout: String? {
        channelLayout ?? channels.flatMap { ChannelLayout.usualName(channels: $0) }
    }

    static func kind(of stream: AVStream) -> Kind {
        switch stream.codecpar.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO: isStill(stream) ? .cover : .video
        case AVMEDIA_TYPE_AUDIO: .audio
        case AVMEDIA_TYPE_SUBTITLE: .subtitle
        case AVMEDIA_TYPE_ATTACHMENT: .attachment
        default: .data
        }
    }

    private static func isStill(_ stream: AVStream) -> Bool {
        stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS) != 0
    }

    private static func rotation(of stream: AVStream) -> Int {
        var size = 0
        let bytes = withUnsafePointer(to: stream) {
            reelpress_stream_side_data($0, AV_PKT_DATA_DISPLAYMATRIX, &size)
        }
        guard let bytes, size >= 36 else { return 0 }
        let degrees = bytes.withMemoryRebound(to: Int32.self, capacity: 9) { av_display_rotation_get($0) }
        return degrees.isNaN ? 0 : Int(degrees.rounded())
    }
}

extension MediaInfo {
    /// The file's tags except those of its muxer, by name in lower case.
    static func tags(_ metadata: OpaquePointer?) -> [String: String] {
        var userTags: [String: String] = [:]
        for (name, value) in Media.tags(in: metadata) where !TagFilter.containerTags.contains(name.lowercased()) {
            userTags[name.lowercased()] = value
        }
        return userTags
    }
}

extension StreamInfo {
    /// The dispositions that describe a stream's purpose; `default` isn't one.
    ///
    /// Source: FFmpeg, "libavformat/avformat.h", AV_DISPOSITION_*.
    static func dispositions(of stream: AVStream) -> [String] {
        let names: [(Int32, String)] = [
            (AV_DISPOSITION_DUB, "dub"), (AV_DISPOSITION_ORIGINAL, "original"), (AV_DISPOSITION_COMMENT, "comment"),
            (AV_DISPOSITION_LYRICS, "lyrics"), (AV_DISPOSITION_KARAOKE, "karaoke"),
            (AV_DISPOSITION_FORCED, "forced"), (AV_DISPOSITION_HEARING_IMPAIRED, "hearing-impaired"),
            (AV_DISPOSITION_VISUAL_IMPAIRED, "visual-impaired"), (AV_DISPOSITION_CLEAN_EFFECTS, "clean-effects"),
            (AV_DISPOSITION_CAPTIONS, "captions"), (AV_DISPOSITION_DESCRIPTIONS, "descriptions"),
        ]
        return names.filter { stream.disposition & $0.0 != 0 }.map(\.1)
    }
}

extension UnsafeMutablePointer<AVFormatContext> {
    /// libavformat's name of the source's container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    var formatName: String { String(cString: pointee.iformat.pointee.name) }

    var sourceContainer: SourceContainer { SourceContainer(formatName: formatName) }
}
