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
    private let source: any ByteSource
    private let limits: SourceLimits
    private let cues: WebVTTStreams?

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

    /// - Throws: `ReportedError` of code `unreadableSource` if the bytes are no container of the allowed ones; what the
    ///   source threw, if it did.
    init(
        _ source: any ByteSource, reading: Reading = .file, limits: SourceLimits = SourceLimits(),
        cancellation: Cancellation
    ) throws {
        guard source.size > 0 else {
            throw ReportedError(.unreadableSource, .open, "the source is empty", advice: "upload it again")
        }
        LibraryMemory.bound(limits.allocation)
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
            opened = try Self.open(io, reading, limits)
        } catch let error as ReportedError where error.code == .unreadableSource && reading == .file {
            guard let renamed = try ClapHidingSource(cleanAperturesOf: source) else { throw error }
            bytes = renamed
            io = try input(bytes)
            opened = try Self.open(io, reading, limits)
        }
        if reading == .file, Self.hasUnknownSound(opened) {
            // A programme may list a sound that is not sent yet.
            var first: UnsafeMutablePointer<AVFormatContext>? = opened
            avformat_close_input(&first)
            io = try input(bytes)
            opened = try Self.open(io, reading, limits, looksAhead: Self.lateSound)
        }
        let streams: WebVTTStreams?
        do {
            streams = reading == .file ? try WebVTTStreams(in: opened, of: source) : nil
            if reading == .file { try Self.countDurationFromStart(opened, source) }
        } catch {
            var opened: UnsafeMutablePointer<AVFormatContext>? = opened
            avformat_close_input(&opened)
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

    /// What libavformat logged as errors since the headers, in a container that it finds its way through from packet to
    /// packet; a movie's index leads to each.
    var loggedErrors: Int {
        context.sourceContainer == .isoBMFF ? 0 : Int(io.loggedErrors.pointee)
    }

    /// Seconds that are looked at where a sound is not there at the beginning.
    private static let lateSound = 60

    private static func open(
        _ io: InputIO, _ reading: Reading, _ limits: SourceLimits, looksAhead: Int? = nil
    ) throws -> UnsafeMutablePointer<AVFormatContext> {
        var context = avformat_alloc_context()
        guard let opening = context else { throw ReportedError(.library, .open, "no memory for the demuxer") }
        opening.pointee.pb = io.context
        opening.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        if reading == .structure { opening.pointee.flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN }
        reelpress_refuse_other_files(opening)
        var options = self.options(limits)
        if let looksAhead { options["analyzeduration"] = String(looksAhead * Int(reelpress_time_base)) }
        // avformat_open_input frees the context where it fails.
        let opened = options.pass { avformat_open_input(&context, nil, nil, $0) }
        try io.rethrow()
        guard opened >= 0, let opening = context else { throw notAVideo(opened, limits) }
        // What is read to find out what the streams hold is the beginning of the data already.
        opening.pointee.opaque = UnsafeMutableRawPointer(io.loggedErrors)
        if reading == .headers { return opening }
        do {
            let found = findStreams(opening, limits)
            try io.rethrow()
            guard found >= 0 else { throw notAVideo(found, limits) }
            guard Int(opening.pointee.nb_streams) <= limits.streams else { throw tooManyStreams(limits) }
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
        // There is no protocol of this name, so none is allowed.
        options["protocol_whitelist"] = "none"
        options["enable_drefs"] = "0"
        options["use_absolute_path"] = "0"
        // One more than are let through: Matroska's demuxer leaves out what is beyond, without a word.
        options["max_streams"] = String(limits.streams + 1)
        options["probesize"] = String(limits.probeBytes)
        return options
    }

    /// Reads on until it is known what each stream holds, as far as the headers left it open.
    private static func findStreams(_ context: UnsafeMutablePointer<AVFormatContext>, _ limits: SourceLimits) -> Int32 {
        // Streams that show up only now get no options; the bound on allocations holds for those too.
        let count = Int(context.pointee.nb_streams)
        var options = [OpaquePointer?](repeating: nil, count: count)
        for index in 0..<count { av_dict_set(&options[index], "max_pixels", String(limits.pictureArea), 0) }
        defer { for index in 0..<count { av_dict_free(&options[index]) } }
        return avformat_find_stream_info(context, &options)
    }

    /// Whether nothing was found out of a sound.
    private static func hasUnknownSound(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        (0..<Int(context.pointee.nb_streams)).contains { index in
            guard let parameters = context.pointee.streams[index]?.pointee.codecpar.pointee else { return false }
            return parameters.codec_type == AVMEDIA_TYPE_AUDIO && parameters.sample_rate <= 0
        }
    }

    /// Takes the time before the first fragment off a movie's duration: of fragments libavformat takes the last one's end
    /// for it, and a live stream's count from when it went on air.
    private static func countDurationFromStart(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ source: any ByteSource
    ) throws {
        guard context.sourceContainer == .isoBMFF,
            let start = known(context.pointee.start_time), start >= Int64(reelpress_time_base),
            let duration = known(context.pointee.duration), duration > start,
            try DeclaredSize(source).isFragmented()
        else { return }
        context.pointee.duration = duration - start
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
        try check(code, "the source can't be read on", .demux, .truncatedSource)
        return if let cues { try cues.translate(packet) } else { packet }
    }

    /// Keyframes that the container's index leads to.
    func indexEntries(of stream: Int) throws -> Int {
        // Matroska's demuxer reads the index when it seeks for the first time.
        av_seek_frame(context, Int32(stream), 0, AVSEEK_FLAG_BACKWARD)
        try io.rethrow()
        return Int(avformat_index_get_entries_count(self.stream(stream)))
    }

    /// Bytes of the source.
    var size: UInt64 { source.size }

    /// Bytes that the source has by its own headers; nil where they don't say.
    func declaredEnd() throws -> UInt64? {
        try DeclaredSize(source).declared(context.sourceContainer)
    }

    /// Whether a movie's index is in pieces, each in front of what it lists.
    func isFragmented() throws -> Bool { try DeclaredSize(source).isFragmented() }

    /// What a flat list of chapters can't hold of the source's.
    func chapterNote() throws -> Note? {
        guard context.sourceContainer == .matroska else { return nil }
        return try MatroskaChapters(source).note
    }

    /// Tracks of an MP4 with edits at other playback speeds, which no demuxer here follows.
    func speedNotes(on streams: [Int]) throws -> [Note] {
        guard context.sourceContainer == .isoBMFF else { return [] }
        let speeds = try ISOTrack.speeds(in: source)
        return streams.compactMap { index in
            let others = Set(speeds[Int(stream(index).pointee.id)] ?? []).subtracting([1])
            return others.isEmpty ? nil : .playbackSpeedIgnored(stream: index, speeds: others.sorted())
        }
    }

    /// The part of a stream's pictures that is shown; nil for all of it.
    func cleanAperture(of index: Int) throws -> CleanAperture? {
        let before = (0..<index).filter { stream($0).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO }
        return try CleanAperture(
            of: stream(index), number: before.count, container: context.sourceContainer, in: source)
    }

    /// The end of the last byte that the container's index points to, as far as the index is read; 0 without one.
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

    /// The stream that is to be encoded: the one libavformat takes for the main picture, no cover.
    func mainVideo() throws -> Int {
        let best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        let candidates = info.streams.filter { $0.kind == .video }
        if let chosen = candidates.first(where: { $0.index == Int(best) }) ?? candidates.first { return chosen.index }
        throw ReportedError(
            .noVideo, .open, "the source has no video stream", advice: "remove it from the input folder")
    }

    private static func tooManyStreams(_ limits: SourceLimits) -> ReportedError {
        .limit(.open, "it has more streams than the limit of \(limits.streams)", advice: "take some of them out")
    }

    private static func notAVideo(_ code: Int32, _ limits: SourceLimits) -> ReportedError {
        let detail = FFmpegLog.takeLastError()
        if detail.contains("max_streams") { return tooManyStreams(limits) }
        if code == reelpress_averror(ENOMEM) { return .outOfMemory(.open, limits) }
        if detail.contains("moov atom not found") {
            return ReportedError(
                .truncatedSource, .open, "the source has no moov box, so its index is missing",
                advice: "it was cut off or never finished: upload it again, whole")
        }
        return ReportedError(
            .unreadableSource, .open,
            code == reelpress_averror(EINVAL)
                ? "the source is no video in a container that is taken"
                : "the source is no video that can be read (\(describe(code)))",
            advice: "check that it plays, then upload it again")
    }
}
