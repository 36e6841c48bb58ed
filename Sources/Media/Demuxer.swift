internal import CFFmpeg

/// A container opened for reading; the one owner of its AVFormatContext.
///
/// It reads the given bytes and nothing else: a demuxer that would open another file or URL is refused.
///
/// Source: FFmpeg, "libavformat/avformat.h", Demuxing.
struct Demuxer: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread demuxes at a time.
    let context: UnsafeMutablePointer<AVFormatContext>
    private let io: InputIO

    /// Containers that people keep videos in. Playlists and other formats that name further files are left out.
    static let allowedFormats = [
        "mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf", "ogg", "mxf", "dv", "rm", "ivf", "nut", "wtv",
        "h264", "hevc", "m4v", "mpegvideo", "obu", "yuv4mpegpipe", "gxf",
    ].joined(separator: ",")

    /// How much of a file is there, and is looked at.
    enum Reading {
        /// All of it, at random.
        case file
        /// All of it, from front to back only.
        case stream
        /// The index leads to every packet, but not every packet's bytes are there: they are passed on unparsed.
        case structure
        /// Headers and index alone.
        case headers
    }

    /// - Throws: `MediaError` of code `unreadableSource` if the bytes are no container of the allowed ones; what the
    ///   source threw, if it did.
    init(_ source: any ByteSource, reading: Reading = .file, cancellation: Cancellation) throws {
        guard source.size > 0 else {
            throw MediaError(.unreadableSource, .open, "the source is empty", advice: "upload it again")
        }
        let io = try InputIO(source, isSeekable: reading != .stream, cancellation: cancellation)
        context = try Self.open(io, reading)
        self.io = io
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    private static func open(_ io: InputIO, _ reading: Reading) throws -> UnsafeMutablePointer<AVFormatContext> {
        var context = avformat_alloc_context()
        guard let opening = context else { throw MediaError(.library, .open, "no memory for the demuxer") }
        opening.pointee.pb = io.context
        opening.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        if reading == .structure { opening.pointee.flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN }
        reelpress_refuse_other_files(opening)
        var options: OpaquePointer?
        av_dict_set(&options, "format_whitelist", allowedFormats, 0)
        defer { av_dict_free(&options) }
        // avformat_open_input frees the context where it fails.
        let opened = avformat_open_input(&context, nil, nil, &options)
        try io.rethrow()
        guard opened >= 0, let opening = context else { throw notAVideo(opened) }
        if reading == .headers { return opening }
        do {
            let found = avformat_find_stream_info(opening, nil)
            try io.rethrow()
            guard found >= 0 else { throw notAVideo(found) }
        } catch {
            avformat_close_input(&context)
            throw error
        }
        return opening
    }

    /// The next packet in the container's order; nil at the end.
    func read() throws -> Packet? {
        let packet = try Packet()
        let code = av_read_frame(context, packet.pointer)
        try io.rethrow()
        if code == reelpress_averror_eof { return nil }
        try check(code, "the source can't be read on", .demux, .truncatedSource)
        return packet
    }

    /// Keyframes that the container's index leads to.
    func indexEntries(of stream: Int) throws -> Int {
        // Matroska's demuxer reads the index when it seeks for the first time.
        av_seek_frame(context, Int32(stream), 0, AVSEEK_FLAG_BACKWARD)
        try io.rethrow()
        return Int(avformat_index_get_entries_count(self.stream(stream)))
    }

    var streamCount: Int { Int(context.pointee.nb_streams) }

    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> {
        guard let stream = context.pointee.streams[index] else { preconditionFailure("no stream \(index)") }
        return stream
    }

    var info: MediaInfo {
        let format = context.pointee
        let isEstimated = format.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
        return MediaInfo(
            container: String(cString: format.iformat.pointee.name),
            duration: isEstimated ? nil : known(format.duration).map { Double($0) / Double(reelpress_time_base) },
            bitRate: format.bit_rate > 0 ? format.bit_rate : nil,
            chapterCount: Int(format.nb_chapters),
            streams: (0..<streamCount).map { index in
                let stream = stream(index)
                return StreamInfo(
                    stream.pointee, guessedFrameRate: Rational(av_guess_frame_rate(context, stream, nil)))
            })
    }

    /// The stream that is to be encoded: the one libavformat takes for the main picture, no cover.
    func mainVideo() throws -> Int {
        let best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        let candidates = info.streams.filter { $0.kind == .video }
        if let chosen = candidates.first(where: { $0.index == Int(best) }) ?? candidates.first { return chosen.index }
        throw MediaError(
            .noVideo, .open, "the source has no video stream", advice: "remove it from the input folder")
    }

    private static func notAVideo(_ code: Int32) -> MediaError {
        let detail = FFmpegLog.takeLastError()
        if detail.contains("moov atom not found") {
            return MediaError(
                .truncatedSource, .open, "the source has no moov box, so its index is missing",
                advice: "it was cut off or never finished: upload it again, whole")
        }
        return MediaError(
            .unreadableSource, .open,
            code == reelpress_averror(EINVAL)
                ? "the source is no video in a container that is taken"
                : "the source is no video that can be read (\(describe(code)))",
            advice: "check that it plays, then upload it again")
    }
}
