import CFFmpeg
import Containers
import Findings
import Threads

/// A container opened for reading; the one owner of its AVFormatContext.
///
/// It reads the given bytes and nothing else: a demuxer that would open another file or URL is refused.
///
/// Source: FFmpeg, "libavformat/avformat.h", Demuxing.
struct Demuxer: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread demuxes at a time.
    let context: UnsafeMutablePointer<AVFormatContext>
    private let io: InputIO
    private let progress: ProgressCounter
    let source: any ByteSource
    private let limits: SourceLimits
    private let cues: WebVTTStreams?

    /// How the bytes can be read, and which of them are needed.
    enum Reading {
        /// At random offsets.
        case file
        /// Sequentially only.
        case stream
        /// By an index of all packets; the bytes of some packets may be missing, so none are parsed.
        case structure
        /// Headers and index only.
        case headers
    }

    /// - Throws: `ReportedError` of code `unreadableSource` if the bytes are not in an allowed container; the source's
    ///   error.
    init(
        _ source: any ByteSource, reading: Reading = .file, limits: SourceLimits = SourceLimits(),
        cancellation: Cancellation
    ) throws {
        guard source.size > 0 else {
            throw ReportedError(.unreadableSource, .open, "the source is empty", advice: "upload it again")
        }
        LibraryMemory.limit(limits.allocation)
        let progress = cancellation.progress
        func input(_ source: any ByteSource) throws -> InputIO {
            try InputIO(source, isSeekable: reading != .stream, openBytes: limits.openBytes, cancellation: cancellation)
        }
        var bytes = source
        var io = try input(bytes)
        progress.enter(.library)
        defer { progress.enter(.elsewhere) }
        var opened: UnsafeMutablePointer<AVFormatContext>
        do {
            opened = try Self.open(io, of: bytes, reading, limits)
        } catch let error as ReportedError where error.code == .unreadableSource && reading == .file {
            guard let clapless = try RewrittenSource(hidingCleanAperturesOf: source) else { throw error }
            bytes = clapless
            io = try input(bytes)
            opened = try Self.open(io, of: bytes, reading, limits)
        }
        var isOpen = true
        func reopen(looksAhead: Int? = nil) throws {
            var first: UnsafeMutablePointer<AVFormatContext>? = opened
            isOpen = false
            avformat_close_input(&first)
            io = try input(bytes)
            opened = try Self.open(io, of: bytes, reading, limits, looksAhead: looksAhead)
            isOpen = true
        }
        let streams: WebVTTStreams?
        do {
            if reading == .file, opened.sourceContainer == .isoBMFF {
                let cleared = try RewrittenSource(clearingUnknownDurationsOf: bytes)
                let named = try RewrittenSource(namingUncompressedAudioOf: cleared ?? bytes)
                if let changed = named ?? cleared {
                    bytes = changed
                    try reopen()
                }
            }
            // A program may list an audio stream whose packets come later.
            if reading == .file, Self.hasUnknownAudio(opened) { try reopen(looksAhead: Self.lateAudioSeconds) }
            streams = reading == .file ? try WebVTTStreams(in: opened, of: source) : nil
            if reading == .file { try Self.countDurationFromStart(opened, source) }
        } catch {
            var opened: UnsafeMutablePointer<AVFormatContext>? = opened
            if isOpen { avformat_close_input(&opened) }
            throw error
        }
        context = opened
        cues = streams
        self.io = io
        self.progress = progress
        self.source = source
        self.limits = limits
        io.packetsBegin()
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    /// Errors that libavformat logged after the headers. 0 for ISO BMFF: its demuxer reads packets by their index and
    /// doesn't have to resynchronize.
    var loggedErrors: Int {
        context.sourceContainer == .isoBMFF ? 0 : Int(io.log.pointee.errors)
    }

    /// Seconds to search for the first packets of an audio stream.
    private static let lateAudioSeconds = 60

    private static func open(
        _ io: InputIO, of source: any ByteSource, _ reading: Reading, _ limits: SourceLimits, looksAhead: Int? = nil
    ) throws -> UnsafeMutablePointer<AVFormatContext> {
        var context = avformat_alloc_context()
        guard let opening = context else { throw ReportedError(.library, .open, "no memory for the demuxer") }
        opening.pointee.pb = io.context
        opening.pointee.opaque = UnsafeMutableRawPointer(io.log)
        opening.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        if reading == .structure { opening.pointee.flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN }
        reelpress_refuse_other_files(opening)
        var options = self.options(limits)
        if let looksAhead { options["analyzeduration"] = String(looksAhead * Int(reelpress_time_base)) }
        // avformat_open_input frees the context if it fails.
        let opened = options.pass { avformat_open_input(&context, nil, nil, $0) }
        try io.rethrow()
        guard opened >= 0, let opening = context else {
            throw try openFailure(opened, io, of: reading == .stream ? nil : source, limits)
        }
        // Detecting stream parameters reads the first packets already: their errors count.
        io.log.pointee = reelpress_demuxer_log()
        if reading == .headers { return opening }
        do {
            let found = findStreams(opening, limits)
            try io.rethrow()
            guard found >= 0 else { throw try openFailure(found, io, of: reading == .stream ? nil : source, limits) }
            guard Int(opening.pointee.nb_streams) <= limits.streams else {
                throw ReportedError.tooManyStreams(limits)
            }
        } catch {
            avformat_close_input(&context)
            throw error
        }
        return opening
    }

    /// Source: FFmpeg, "ffmpeg-formats", Format Options and mov.
    private static func options(_ limits: SourceLimits) -> OptionDictionary {
        var options = OptionDictionary()
        options["format_whitelist"] = SourceFormats.demuxerAllowList
        options["codec_whitelist"] = SourceFormats.decoderAllowList
        // No protocol has this name, so none is allowed.
        options["protocol_whitelist"] = "none"
        options["enable_drefs"] = "0"
        options["use_absolute_path"] = "0"
        // One more than allowed: Matroska's demuxer drops further streams silently.
        options["max_streams"] = String(limits.streams + 1)
        options["probesize"] = String(limits.probeBytes)
        return options
    }

    /// Reads packets until the parameters of each stream are known.
    private static func findStreams(_ context: UnsafeMutablePointer<AVFormatContext>, _ limits: SourceLimits) -> Int32 {
        // Streams that appear only now get no options, but the limit on allocations applies to them too.
        let count = Int(context.pointee.nb_streams)
        var options = [OpaquePointer?](repeating: nil, count: count)
        for index in 0..<count { av_dict_set(&options[index], "max_pixels", String(limits.frameArea), 0) }
        defer { for index in 0..<count { av_dict_free(&options[index]) } }
        return avformat_find_stream_info(context, &options)
    }

    /// Whether there is an audio stream with unknown parameters.
    private static func hasUnknownAudio(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        (0..<Int(context.pointee.nb_streams)).contains { index in
            guard let parameters = context.pointee.streams[index]?.pointee.codecpar.pointee else { return false }
            return parameters.codec_type == AVMEDIA_TYPE_AUDIO && parameters.sample_rate <= 0
        }
    }

    /// Subtracts the start time from the duration of a fragmented MP4: libavformat takes the end of the last fragment for
    /// the duration, and a live stream's fragments count from its start.
    private static func countDurationFromStart(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ source: any ByteSource
    ) throws {
        guard context.sourceContainer == .isoBMFF else { return }
        // Headers that don't know the duration.
        if (known(context.pointee.duration) ?? 0) <= 0 { context.pointee.duration = indexedDuration(context) }
        guard
            let start = known(context.pointee.start_time), start >= Int64(reelpress_time_base),
            let duration = known(context.pointee.duration), duration > start,
            try DeclaredSize(source).isFragmented()
        else { return }
        context.pointee.duration = duration - start
    }

    /// The longest time that a stream's index spans; AV_NOPTS_VALUE without an index.
    private static func indexedDuration(_ context: UnsafeMutablePointer<AVFormatContext>) -> Int64 {
        (0..<Int(context.pointee.nb_streams)).compactMap { index -> Int64? in
            guard let stream = context.pointee.streams[index] else { return nil }
            let count = avformat_index_get_entries_count(stream)
            guard count > 1, let first = avformat_index_get_entry(stream, 0)?.pointee,
                let previous = avformat_index_get_entry(stream, count - 2)?.pointee,
                let last = avformat_index_get_entry(stream, count - 1)?.pointee
            else { return nil }
            // The last packet lasts about as long as the one before it.
            let ticks =
                bounded(last.timestamp) - bounded(first.timestamp) + bounded(last.timestamp)
                - bounded(previous.timestamp)
            return rescale(bounded(ticks), from: Rational(stream.pointee.time_base), to: Rational(1, 1_000_000))
        }.max() ?? reelpress_no_pts
    }

    /// The next packet in the container's order; nil at the end.
    func read() throws -> Packet? {
        if let cue = try cues?.next() { return cue }
        let packet = try Packet()
        progress.enter(.library)
        let code = av_read_frame(context, packet.pointer)
        progress.enter(.elsewhere)
        try io.rethrow()
        io.packetCame()
        if code == reelpress_averror_eof { return nil }
        if code == reelpress_averror(ENOMEM) { throw ReportedError.outOfMemory(.demux, limits) }
        try check(code, "the source can't be read further", .demux, .truncatedSource)
        return if let cues { try cues.translate(packet) } else { packet }
    }

    /// Throws the source's error, if reading it failed.
    func rethrow() throws { try io.rethrow() }

    /// Bytes of the source.
    var size: UInt64 { source.size }

    /// The end of the last byte that the container's index refers to, as far as the index was read; 0 without an index.
    func indexedEnd() -> UInt64 {
        var end: Int64 = 0
        for index in 0..<streamCount {
            let stream = stream(index)
            for entry in 0..<avformat_index_get_entries_count(stream) {
                guard let entry = avformat_index_get_entry(stream, entry)?.pointee, entry.pos > 0 else { continue }
                end = max(end, entry.pos.addingReportingOverflow(Int64(max(0, entry.size))).partialValue)
            }
        }
        return UInt64(max(0, end))
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
            container: context.formatName,
            duration: isEstimated ? nil : known(format.duration).map { Double($0) / Double(reelpress_time_base) },
            bitRate: format.bit_rate > 0 ? format.bit_rate : nil,
            chapterCount: Int(format.nb_chapters), tags: MediaInfo.tags(format.metadata),
            streams: (0..<streamCount).map { index in
                let stream = stream(index)
                return StreamInfo(
                    stream.pointee, guessedFrameRate: Rational(av_guess_frame_rate(context, stream, nil)))
            })
    }
}
