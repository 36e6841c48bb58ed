import CFFmpeg
import Containers
import Findings

/// The codec parameters of a stream as a value: all fields of AVCodecParameters except the side data.
///
/// Enumerations are stored as libavcodec's numbers, so a value is only valid for one major version of the library.
///
/// Source: FFmpeg, "libavcodec/codec_par.h", AVCodecParameters.
struct CodecParameters: Sendable, Hashable, Codable {
    private var type: Int32
    private var codec: UInt32
    private var tag: UInt32
    private var extradata: ByteString
    private var format: Int32
    private var bitRate: Int64
    private var bitsPerCodedSample: Int32
    private var bitsPerRawSample: Int32
    private var profile: Int32
    private var level: Int32
    private var width: Int32
    private var height: Int32
    private var sampleAspectRatio: Rational
    private var frameRate: Rational
    private var fieldOrder: UInt32
    private var colorRange: UInt32
    private var colorPrimaries: UInt32
    private var colorTransfer: UInt32
    private var colorSpace: UInt32
    private var chromaLocation: UInt32
    private var videoDelay: Int32
    private var channels: ChannelLayout
    private var sampleRate: Int32
    private var blockAlign: Int32
    private var frameSize: Int32
    private var initialPadding: Int32
    private var trailingPadding: Int32
    private var seekPreroll: Int32

    init(_ pointer: UnsafeMutablePointer<AVCodecParameters>) {
        let parameters = pointer.pointee
        type = parameters.codec_type.rawValue
        codec = parameters.codec_id.rawValue
        tag = parameters.codec_tag
        extradata = ByteString(
            Array(UnsafeBufferPointer(start: parameters.extradata, count: max(0, Int(parameters.extradata_size)))))
        format = parameters.format
        bitRate = parameters.bit_rate
        bitsPerCodedSample = parameters.bits_per_coded_sample
        bitsPerRawSample = parameters.bits_per_raw_sample
        profile = parameters.profile
        level = parameters.level
        width = parameters.width
        height = parameters.height
        sampleAspectRatio = Rational(parameters.sample_aspect_ratio)
        frameRate = Rational(reelpress_parameters_frame_rate(pointer))
        fieldOrder = parameters.field_order.rawValue
        colorRange = parameters.color_range.rawValue
        colorPrimaries = parameters.color_primaries.rawValue
        colorTransfer = parameters.color_trc.rawValue
        colorSpace = parameters.color_space.rawValue
        chromaLocation = parameters.chroma_location.rawValue
        videoDelay = parameters.video_delay
        channels = ChannelLayout(parameters.ch_layout)
        sampleRate = parameters.sample_rate
        blockAlign = parameters.block_align
        frameSize = parameters.frame_size
        initialPadding = parameters.initial_padding
        trailingPadding = parameters.trailing_padding
        seekPreroll = parameters.seek_preroll
    }

    /// Sets all fields of newly allocated parameters.
    func fill(_ pointer: UnsafeMutablePointer<AVCodecParameters>) throws {
        pointer.pointee.codec_type = AVMediaType(type)
        pointer.pointee.codec_id = AVCodecID(codec)
        pointer.pointee.codec_tag = tag
        if !extradata.bytes.isEmpty { try pointer.setExtradata(extradata.bytes) }
        pointer.pointee.format = format
        pointer.pointee.bit_rate = bitRate
        pointer.pointee.bits_per_coded_sample = bitsPerCodedSample
        pointer.pointee.bits_per_raw_sample = bitsPerRawSample
        pointer.pointee.profile = profile
        pointer.pointee.level = level
        pointer.pointee.width = width
        pointer.pointee.height = height
        pointer.pointee.sample_aspect_ratio = sampleAspectRatio.libav
        reelpress_set_parameters_frame_rate(pointer, frameRate.libav)
        pointer.pointee.field_order = AVFieldOrder(fieldOrder)
        pointer.pointee.color_range = AVColorRange(colorRange)
        pointer.pointee.color_primaries = AVColorPrimaries(colorPrimaries)
        pointer.pointee.color_trc = AVColorTransferCharacteristic(colorTransfer)
        pointer.pointee.color_space = AVColorSpace(colorSpace)
        pointer.pointee.chroma_location = AVChromaLocation(chromaLocation)
        pointer.pointee.video_delay = videoDelay
        try channels.fill(&pointer.pointee.ch_layout)
        pointer.pointee.sample_rate = sampleRate
        pointer.pointee.block_align = blockAlign
        pointer.pointee.frame_size = frameSize
        pointer.pointee.initial_padding = initialPadding
        pointer.pointee.trailing_padding = trailingPadding
        pointer.pointee.seek_preroll = seekPreroll
    }
}

/// An AVChannelLayout as a value. Source: FFmpeg, "libavutil/channel_layout.h".
struct ChannelLayout: Sendable, Hashable, Codable {
    private struct Channel: Sendable, Hashable, Codable {
        var identifier: Int32
        /// 16 bytes, zero-terminated.
        var name: ByteString
    }

    private var order: UInt32
    private var count: Int32
    private var mask: UInt64 = 0
    private var custom: [Channel] = []

    init(_ layout: AVChannelLayout) {
        order = layout.order.rawValue
        count = layout.nb_channels
        guard layout.order == AV_CHANNEL_ORDER_CUSTOM else {
            mask = layout.u.mask
            return
        }
        custom = (0..<Int(count)).map { index in
            let channel = layout.u.map[index]
            return Channel(
                identifier: channel.id.rawValue, name: ByteString(withUnsafeBytes(of: channel.name) { Array($0) }))
        }
    }

    /// libavutil's name of a layout, such as `5.1(side)`; nil if it is only a number of channels.
    static func name(_ layout: AVChannelLayout) -> String? {
        guard layout.order != AV_CHANNEL_ORDER_UNSPEC, layout.nb_channels > 0 else { return nil }
        var layout = layout
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress, av_channel_layout_describe(&layout, start, buffer.count) > 0 else {
                return nil
            }
            return String(cString: start)
        }
    }

    /// Whether two layouts by their names only differ in whether the surround speakers are called side or back, as those
    /// of 5.1 are by some and by others.
    static func haveSameSpeakers(_ one: String, _ other: String) -> Bool {
        func plain(_ name: String) -> Substring { name.prefix { $0 != "(" } }
        return plain(one) == plain(other)
    }

    /// The name of the layout that libavutil takes so many channels for.
    static func usualName(channels: Int) -> String? {
        var layout = AVChannelLayout()
        av_channel_layout_default(&layout, Int32(channels))
        return name(layout)
    }

    /// Sets all fields of a zeroed layout.
    func fill(_ layout: inout AVChannelLayout) throws {
        layout.order = AVChannelOrder(order)
        layout.nb_channels = count
        guard layout.order == AV_CHANNEL_ORDER_CUSTOM else {
            layout.u.mask = mask
            return
        }
        // libavutil frees the map with the layout.
        let map = try allocated(
            av_calloc(custom.count, MemoryLayout<AVChannelCustom>.stride), "a channel layout", .mux
        ).assumingMemoryBound(to: AVChannelCustom.self)
        for (index, channel) in custom.enumerated() {
            map[index].id = AVChannel(channel.identifier)
            withUnsafeMutableBytes(of: &map[index].name) { $0.copyBytes(from: channel.name.bytes.prefix($0.count)) }
        }
        layout.u.map = map
    }
}

extension UnsafeMutablePointer<AVCodecParameters> {
    /// Replaces the extradata with a padded copy of `bytes`.
    func setExtradata(_ bytes: [UInt8]) throws {
        let padded = bytes.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)
        let copy = try allocated(av_mallocz(padded), "extradata", .mux)
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        av_free(pointee.extradata)
        pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
        pointee.extradata_size = Int32(bytes.count)
    }
}

/// Bytes that are coded as a Base64 string.
///
/// Source: FFmpeg, "libavutil/base64.h".
struct ByteString: Sendable, Hashable, Codable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        var bytes = [UInt8](repeating: 0, count: text.utf8.count / 4 * 3 + 3)
        let count = Int(av_base64_decode(&bytes, text, Int32(bytes.count)))
        guard count >= 0 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a Base64 string")
        }
        self.bytes = Array(bytes[..<count])
    }

    func encode(to encoder: any Swift.Encoder) throws {
        var text = [CChar](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        av_base64_encode(&text, Int32(text.count), bytes, Int32(bytes.count))
        var container = encoder.singleValueContainer()
        try container.encode(text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
    }
}
