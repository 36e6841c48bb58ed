import CFFmpeg
import Containers
import Findings

/// A container opened for writing; the one owner of its AVFormatContext.
///
/// It takes packets from anywhere (a live encoder, a source's copied streams, stored chunks), in ticks of the source's
/// stream, and interleaves them. It knows the source only as values.
///
/// Source: FFmpeg, "libavformat/avformat.h", Muxing.
struct Muxer: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread muxes at a time.
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let io: OutputIO
    private let container: Container
    /// By the index of the source's stream.
    private var tracks: [Int: MuxerTrack]
    /// The source's stream that was encoded.
    private var encoded: Int?

    init(_ container: Container, layout: consuming FaststartLayout) throws {
        let io = try OutputIO(layout)
        var context: UnsafeMutablePointer<AVFormatContext>?
        try check(
            avformat_alloc_output_context2(&context, nil, container.muxerName, nil), "the muxer doesn't open", .mux)
        self.context = try allocated(context, "the muxer", .mux)
        self.io = io
        self.container = container
        tracks = [:]
        self.context.pointee.pb = io.context
        // Bit-exact: no random identifiers, so that the same source and settings give the same file.
        self.context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT
        reelpress_refuse_other_files(self.context)
    }

    deinit { avformat_free_context(context) }

    /// Adds the encoded video instead of the source's.
    ///
    /// - Parameter headers: the encoder's parameter sets, in Annex B form.
    mutating func addVideo(
        _ video: VideoPlan, headers: [UInt8], writer: String, as track: TrackDescription
    ) throws {
        let stream = try newStream(track)
        let timeBase = video.timeBase(in: container)
        stream.pointee.time_base = timeBase.libav
        if let duration = known(track.duration) {
            stream.pointee.duration = rescale(duration, from: track.timeBase, to: timeBase)
        }
        encoded = track.stream
        // FFmpeg 7.1's DV demuxer reports the ticks per second instead, and no timecode track can have such a rate.
        if Rational(stream.pointee.avg_frame_rate) == Rational(av_inv_q(track.timeBase.libav)) {
            stream.pointee.avg_frame_rate = video.frameRate.libav
        }
        let parameters = stream.pointee.codecpar
        guard let parameters else { throw ReportedError(.library, .mux, "a stream without parameters") }
        parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        parameters.pointee.codec_id = AV_CODEC_ID_HEVC
        // Apple's players only accept HEVC with this sample entry.
        parameters.pointee.codec_tag = container == .mp4 ? reelpress_fourcc(0x68, 0x76, 0x63, 0x31) : 0
        parameters.pointee.width = Int32(video.paddedSize.width)
        parameters.pointee.height = Int32(video.paddedSize.height)
        parameters.pointee.format = video.pixelFormat.rawValue
        parameters.pointee.sample_aspect_ratio = video.sampleAspectRatio.libav
        stream.pointee.sample_aspect_ratio = video.sampleAspectRatio.libav
        if video.isFieldCoded {
            stream.pointee.avg_frame_rate = video.frameRate.libav
            stream.pointee.r_frame_rate = video.frameRate.libav
        }
        parameters.pointee.setColor(video.color)
        if let order = video.signalledFieldOrder { parameters.pointee.field_order = order.libav }
        try parameters.setExtradata(headers)
        let shown = video.orientation == nil ? [AV_PKT_DATA_DISPLAYMATRIX] : []
        for type in shown + [AV_PKT_DATA_SPHERICAL, AV_PKT_DATA_STEREO3D] {
            for side in track.sideData where side.type == type.rawValue {
                let bytes = side.data.bytes
                let hasLayout = type == AV_PKT_DATA_STEREO3D && container == .mp4
                try stream.setSideData(type, hasLayout ? StereoLayout.withoutLayers(bytes) : bytes)
            }
        }
        try stream.setHDR(video)
        // The mov muxer treats its boxes for spherical and stereoscopic video and Dolby Vision as unofficial, FLAC as
        // experimental.
        context.pointee.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL
        for name in TagFilter.encodedVideoTags(in: stream.pointee.metadata) {
            av_dict_set(&stream.pointee.metadata, name, nil, 0)
        }
        av_dict_set(&stream.pointee.metadata, "encoder", writer, 0)
    }

    /// Adds a stream whose packets are copied.
    mutating func addCopy(_ track: TrackDescription) throws {
        let stream = try newStream(track)
        let parameters = stream.pointee.codecpar
        guard let parameters else { throw ReportedError(.library, .mux, "a stream without parameters") }
        try track.parameters.fill(parameters)
        if PackedPCM.isPacked(parameters.pointee) {
            let (codec, bits) = PackedPCM.unpacked(parameters.pointee)
            parameters.pointee.codec_id = codec
            parameters.pointee.bits_per_coded_sample = bits
            parameters.pointee.bits_per_raw_sample = bits
            parameters.pointee.block_align = Int32(reelpress_channel_count(parameters)) * bits / 8
        }
        // The source's codec tag is its container's; this container has its own.
        parameters.pointee.codec_tag = 0
        stream.pointee.sample_aspect_ratio = track.streamAspectRatio.libav
        for side in track.sideData { try stream.setSideData(AVPacketSideDataType(side.type), side.data.bytes) }
        tracks[track.stream]?.sharesTimestamps = container == .matroska
        tracks[track.stream]?.reorderedFrames = track.kind == .video ? Int64(parameters.pointee.video_delay) : 0
        tracks[track.stream]?.joinsSegments =
            container == .matroska && parameters.pointee.codec_id == AV_CODEC_ID_HDMV_PGS_SUBTITLE
        if let cover = track.cover, container == .matroska { try stream.makeAttachment(of: cover.bytes) }
        // libavformat asks for a size, and writes none: that of a damaged image is unknown, and of one without a decoder.
        if track.kind == .cover, parameters.pointee.width <= 0 || parameters.pointee.height <= 0 {
            (parameters.pointee.width, parameters.pointee.height) = (1, 1)
        }
        if container == .matroska, parameters.pointee.codec_id == AV_CODEC_ID_OPUS,
            reelpress_matroska_adds_codec_delay() == 0
        {
            tracks[track.stream]?.codecDelay = Int64(parameters.pointee.initial_padding)
        }
    }

    private mutating func newStream(_ track: TrackDescription) throws -> UnsafeMutablePointer<AVStream> {
        let stream = try allocated(avformat_new_stream(context, nil), "a stream", .mux)
        stream.pointee.time_base = track.timeBase.libav
        stream.pointee.disposition = track.disposition
        stream.pointee.avg_frame_rate = track.averageFrameRate.libav
        stream.pointee.r_frame_rate = track.realFrameRate.libav
        stream.pointee.duration = track.duration
        setTags(track.tags, in: &stream.pointee.metadata)
        tracks[track.stream] = MuxerTrack(index: stream.pointee.index, sourceTimeBase: track.timeBase)
        return stream
    }

    /// Adds the chapters and the global metadata.
    func add(_ description: ContainerDescription, writer: String) throws {
        setTags(description.tags, in: &context.pointee.metadata)
        for name in TagFilter.containerTags { av_dict_set(&context.pointee.metadata, name, nil, 0) }
        // Both muxers take their writing application from this key.
        av_dict_set(&context.pointee.metadata, "encoding_tool", writer, 0)
        try context.add(description.chapters)
    }

    /// Writes the container's headers: after all tracks and tags were added, before the first packet.
    ///
    /// - Parameter delay: seconds by which the encoded video may lag the copied streams.
    mutating func start(video: VideoPlan, delay: Double) throws {
        var options = OptionDictionary()
        if container == .mp4 {
            let timescale = MovieTimescale.ofVideo(video.timeBase(in: container))
            // Edit lists are in ticks of the movie timescale: the usual millisecond would shift frames.
            options["movie_timescale"] = String(timescale)
            if TagFilter.needsMdtaKeys(context.pointee.metadata), !hasCover {
                options["movflags"] = "use_metadata_tags"
            }
        } else {
            options["default_mode"] = "passthrough"
        }
        context.pointee.max_interleave_delta = Int64(max(10, delay * 2) * Double(reelpress_time_base))
        let code = options.pass { avformat_write_header(context, $0) }
        try io.rethrow()
        try check(code, "the \(container.fileExtension) headers can't be written", .mux, .unsupported)
        try io.flush()
        try io.layout.headersAreWritten()
    }

    /// A muxer rejects a packet for the source's own data: trying again fails in the same way.
    private static func checkWritten(_ code: Int32, _ operation: String) throws {
        try check(
            code, operation, .mux, code == reelpress_averror_invaliddata ? .damagedSource : .unsupported)
    }

    private var hasCover: Bool {
        (0..<Int(context.pointee.nb_streams)).contains { index in
            context.pointee.streams[index].map { $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 } ?? false
        }
    }

    /// Bytes of the output so far.
    var byteCount: UInt64 { io.layout.byteCount }

    /// Announces an access unit of the encoded video, right before it is written.
    ///
    /// - Parameter choice: set if it is a keyframe that has become a sample.
    func expect(_ unit: borrowing AccessUnit, _ choice: VerificationSamples.Choice?) throws {
        try io.layout.expect(unit.packet, choice)
    }

    /// Writes one packet of the source's stream `source`.
    ///
    /// - Returns: whether it is, or ends, a packet of the output: attachments are in the headers, fragments are
    ///   dropped.
    mutating func write(_ packet: consuming Packet, of source: Int) throws -> Bool {
        guard var track = tracks[source], let stream = context.pointee.streams[Int(track.index)] else { return false }
        guard stream.pointee.codecpar.pointee.codec_type != AVMEDIA_TYPE_ATTACHMENT else { return false }
        let pointer = packet.pointer
        pointer.pointee.stream_index = track.index
        pointer.pointee.pos = -1
        av_packet_rescale_ts(pointer, track.sourceTimeBase.libav, stream.pointee.time_base)
        track.shift(pointer, in: Rational(stream.pointee.time_base))
        defer { tracks[source] = track }
        try track.checkParameters(pointer, of: stream, source)
        guard track.presents(pointer) else { return false }
        let isCounted = track.endsPacket(pointer)
        if container == .mp4 {
            // The muxer silently drops packets before the first complete frame: a recording may start within one.
            guard try track.accepts(pointer, of: stream, source) else { return false }
        }
        track.order(pointer)
        if container == .mp4 {
            track.lengthen(pointer, of: stream)
            track.trim(pointer, of: stream)
        }
        if source == encoded {
            try checkPresentation(pointer, track)
        } else {
            track.raisePresentation(pointer)
        }
        let code = av_interleaved_write_frame(context, pointer)
        try io.rethrow()
        try Self.checkWritten(code, "stream \(source) can't be written")
        return isCounted
    }

    /// Checks that an access unit is not shown before it is decoded. MP4 keeps every tick; Matroska's milliseconds
    /// would move frames that are closer together, and lose their synchronization with the audio.
    private func checkPresentation(_ packet: UnsafeMutablePointer<AVPacket>, _ track: MuxerTrack) throws {
        let shift = packet.pointee.dts - packet.pointee.pts
        guard shift > 0 else { return }
        guard container == .matroska else {
            throw ReportedError(.library, .mux, "an access unit would be decoded after it is shown")
        }
        guard shift <= max(1, packet.pointee.duration) else {
            throw ReportedError(
                .unsupported, .mux,
                "the source's frames are less than a millisecond apart, and mkv has timestamps in milliseconds",
                advice: "use container mp4, or check its frame rate")
        }
        track.raisePresentation(packet)
    }

    /// Packets at the start of each of the source's streams that were dropped because they are no complete frames.
    var fragments: [Int: Int] { tracks.compactMapValues { $0.fragments > 0 ? $0.fragments : nil } }

    /// Writes the container's end: the moov box or the Cues.
    mutating func finish() throws -> WrittenOutput {
        let drained = av_interleaved_write_frame(context, nil)
        try io.flush()
        try Self.checkWritten(drained, "the last packets can't be written")
        io.layout.packetsAreWritten()
        let code = av_write_trailer(context)
        try io.flush()
        try Self.checkWritten(code, "the index can't be written")
        return try io.layout.finish()
    }
}
