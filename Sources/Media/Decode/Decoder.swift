import CFFmpeg
import Containers
import Findings
import Threads

/// The decoder of the main video; the one owner of its AVCodecContext.
///
/// Outputs frames in presentation order, with increasing PTS in the stream's time base.
///
/// Source: FFmpeg, "libavcodec/avcodec.h", send/receive encoding and decoding API.
struct Decoder: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread decodes at a time.
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let damage: UnsafeMutablePointer<reelpress_damage>
    private let progress: ProgressCounter
    private let limits: SourceLimits
    private var timestamps: FrameTimestamps
    private let durations: FrameDurations
    private var rpus: RPUCarrier
    private var pictureTiming: PictureTimingCarrier
    /// Whether the codec is H.264.
    private let isH264: Bool
    /// Whether the last frame was a film's, one of whose fields is shown again.
    private var followsTelecine = false
    private var weaver: Optional<FieldWeaver>
    private(set) var gaps: GapDetector
    /// The container's field order, for codecs that can't signal it themselves.
    private let containerFieldOrder: FieldOrder?
    /// The container's field order for HEVC frames: the decoder marks only fields that are coded separately.
    private let frameFieldOrder: FieldOrder?
    /// What was output so far of the frames that count.
    private(set) var counts = Counts()
    /// The frames that count: a chunk's. Those before and after it are output too.
    private let window: FrameWindow
    private var place = FrameWindow.Place.before
    /// Damaged frames before the window.
    private var damagedBefore = 0
    /// All frames that were output so far.
    private(set) var outputFrames = 0
    /// Undecodable packets before the source's first frame.
    private(set) var undecodableBeforeFirstFrame = 0
    /// Ticks between the two fields of a frame that are coded separately; nil before there are any.
    private(set) var fieldDistance: Int64?

    struct Counts: Sendable, Codable, Equatable {
        /// Frames that were output.
        var frames = 0
        /// Frames with concealed errors by their own flags. The decoder may log more.
        var flaggedFrames = 0
        /// Frames with concealed errors; final once all frames were output.
        var damagedFrames = 0
        /// Packets that the decoder rejected.
        var undecodablePackets = 0
        /// Frames whose timestamp was missing or not after the previous one, and was replaced.
        var retimedFrames = 0
        /// Interlaced frames.
        var interlacedFrames = 0
        /// Of these, frames whose fields were coded separately and woven.
        var wovenFrames = 0

        static func + (one: Counts, other: Counts) -> Counts {
            var sum = one
            sum.frames += other.frames
            sum.flaggedFrames += other.flaggedFrames
            sum.damagedFrames += other.damagedFrames
            sum.undecodablePackets += other.undecodablePackets
            sum.retimedFrames += other.retimedFrames
            sum.interlacedFrames += other.interlacedFrames
            sum.wovenFrames += other.wovenFrames
            return sum
        }
    }

    /// - Parameters:
    ///   - threads: decoder threads; each holds frames in memory.
    ///   - window: the frames that count.
    init(
        for stream: UnsafeMutablePointer<AVStream>, frameRate: Rational, threads: Int, window: FrameWindow = .whole,
        limits: SourceLimits = SourceLimits(), progress: ProgressCounter
    ) throws {
        let parameters = stream.pointee.codecpar.pointee
        try limits.check(Resolution(width: Int(parameters.width), height: Int(parameters.height)))
        guard let codec = SourceFormats.decoder(of: parameters.codec_id) else {
            throw SourceFormats.noDecoder(for: String(cString: avcodec_get_name(parameters.codec_id)))
        }
        FFmpegLog.redirect()
        (context, damage) = try Self.open(codec, stream, threads: threads, limits)
        self.progress = progress
        self.limits = limits
        self.window = window
        if window.start == nil { place = .inside }
        rpus = RPUCarrier(of: stream)
        pictureTiming = PictureTimingCarrier(of: stream)
        isH264 = parameters.codec_id == AV_CODEC_ID_H264
        weaver = parameters.codec_id == AV_CODEC_ID_HEVC ? FieldWeaver() : nil
        frameFieldOrder = parameters.codec_id == AV_CODEC_ID_HEVC ? FieldOrder(parameters.field_order) : nil
        containerFieldOrder = FieldOrder(signalledBy: stream)
        gaps = GapDetector(timeBase: Rational(stream.pointee.time_base), frameRate: frameRate)
        timestamps = FrameTimestamps(timeBase: Rational(stream.pointee.time_base), frameRate: frameRate)
        durations = FrameDurations(
            start: known(stream.pointee.start_time), duration: stream.pointee.duration,
            timeBase: Rational(stream.pointee.time_base), frameRate: frameRate)
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        av_free(damage)
    }

    private static func open(
        _ codec: UnsafePointer<AVCodec>, _ stream: UnsafeMutablePointer<AVStream>, threads: Int, _ limits: SourceLimits
    ) throws -> (UnsafeMutablePointer<AVCodecContext>, UnsafeMutablePointer<reelpress_damage>) {
        var context = avcodec_alloc_context3(codec)
        guard let opening = context else { throw ReportedError(.library, .decode, "no memory for the decoder") }
        guard let damage = reelpress_count_damaged_frames(opening) else {
            avcodec_free_context(&context)
            throw ReportedError(.library, .decode, "no memory for the decoder")
        }
        do {
            try check(
                avcodec_parameters_to_context(opening, stream.pointee.codecpar), "decoder parameters", .decode,
                .unreadableSource)
            opening.pointee.pkt_timebase = stream.pointee.time_base
            // Coded sizes are a little larger than the frame: whole blocks.
            opening.pointee.max_pixels = Int64(limits.frameArea + limits.frameArea / 16)
            opening.pointee.err_recognition = AV_EF_CRCCHECK
            opening.pointee.thread_count = Int32(threads)
            opening.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
            try check(avcodec_open2(opening, codec, nil), "the decoder doesn't open", .decode, .unreadableSource)
        } catch {
            avcodec_free_context(&context)
            av_free(damage)
            throw error
        }
        return (opening, damage)
    }

    /// Whether frames that no other refers to are left out, from the next packet on.
    var decodesOnlyReferences: Bool {
        get { context.pointee.skip_frame == AVDISCARD_NONREF }
        set { context.pointee.skip_frame = newValue ? AVDISCARD_NONREF : AVDISCARD_DEFAULT }
    }

    /// Decodes one packet and emits the frames that are ready.
    mutating func decode(_ packet: borrowing Packet, emit: (consuming Frame) throws -> Void) throws {
        rpus.keep(from: packet)
        pictureTiming.keep(from: packet)
        try submit(packet.pointer, emit)
    }

    /// Emits the frames that are still buffered.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        try submit(nil, emit)
        try weave(nil, emit)
        // Decoder threads may have logged errors after the frame before the last was output.
        countDamage()
    }

    private mutating func countDamage() {
        guard place == .inside else { return }
        counts.damagedFrames = max(counts.flaggedFrames, Int(reelpress_damaged_frames(damage)) - damagedBefore)
    }

    /// Notes that the decoder has reached a PTS: frames come in presentation order.
    private mutating func reach(_ time: Int64) {
        let reached = window.place(of: time)
        if place == .before, reached != .before { damagedBefore = Int(reelpress_damaged_frames(damage)) }
        if reached == .after { countDamage() }
        place = reached
    }

    private mutating func submit(
        _ packet: UnsafeMutablePointer<AVPacket>?, _ emit: (consuming Frame) throws -> Void
    ) throws {
        while true {
            progress.enter(.library)
            let sent = avcodec_send_packet(context, packet)
            progress.enter(.elsewhere)
            let isFull = sent == reelpress_averror(EAGAIN)
            if sent < 0, !isFull, sent != reelpress_averror_eof {
                guard sent != reelpress_averror(ENOMEM) else { throw ReportedError.outOfMemory(.decode, limits) }
                countUndecodablePacket()
            }
            try receiveAll(emit)
            if !isFull { return }
        }
    }

    private mutating func receiveAll(_ emit: (consuming Frame) throws -> Void) throws {
        while true {
            let frame = try Frame()
            progress.enter(.library)
            let code = avcodec_receive_frame(context, frame.pointer)
            progress.enter(.elsewhere)
            if code == reelpress_averror(EAGAIN) || code == reelpress_averror_eof { return }
            if code < 0 {
                guard code != reelpress_averror(ENOMEM) else { throw ReportedError.outOfMemory(.decode, limits) }
                countUndecodablePacket()
                continue
            }
            progress.step()
            let time = timestamps.next(known(frame.pointer.pointee.best_effort_timestamp), duration: frame.duration)
            reach(time.presentation)
            if let containerFieldOrder, frame.fieldOrder == nil { frame.setFieldOrder(containerFieldOrder) }
            if isH264 { correctTelecine(frame) }
            let isFlagged =
                frame.pointer.pointee.decode_error_flags != 0
                || frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
            if isFlagged, place == .inside { counts.flaggedFrames += 1 }
            try rpus.attach(to: frame)
            if time.isRepaired, place == .inside { counts.retimedFrames += 1 }
            frame.presentationTime = time.presentation
            frame.duration = durations.bounded(frame.duration, at: time.presentation)
            try weave(frame, emit)
        }
    }

    /// Of soft telecine, libavcodec's frame threads mark every other frame as interlaced, since each of them remembers
    /// another frame before it.
    private mutating func correctTelecine(_ frame: borrowing Frame) {
        let repeatsField = frame.repeatsField
        if followsTelecine, !repeatsField { frame.clearFieldOrder() }
        followsTelecine = repeatsField
    }

    private mutating func countUndecodablePacket() {
        if place == .inside { counts.undecodablePackets += 1 }
    }

    /// Emits frames; weaves those whose fields are coded separately.
    ///
    /// - Parameter frame: nil at the end.
    private mutating func weave(_ frame: consuming Frame?, _ emit: (consuming Frame) throws -> Void) throws {
        var weaver = weaver.take()
        defer { self.weaver = weaver.take() }
        if weaver == nil {
            if let frame = frame.take() { try pass(frame, emit) }
            return
        }
        let unpaired = weaver?.unpairedFields ?? 0
        if let frame = frame.take() {
            let isField = frame.fieldOrder != nil
            try weaver?.weave(frame) { woven in
                if isField, woven.fieldOrder != nil, place == .inside { counts.wovenFrames += 1 }
                try pass(woven, emit)
            }
        } else {
            try weaver?.finish { try pass($0, emit) }
        }
        fieldDistance = weaver?.distance
        // Half of their lines are missing.
        if place == .inside { counts.flaggedFrames += (weaver?.unpairedFields ?? 0) - unpaired }
        counts.damagedFrames = max(counts.flaggedFrames, counts.damagedFrames)
    }

    private mutating func pass(_ frame: consuming Frame, _ emit: (consuming Frame) throws -> Void) throws {
        try limits.check(frame.format.size)
        if outputFrames == 0 { undecodableBeforeFirstFrame = counts.undecodablePackets }
        outputFrames += 1
        if let order = pictureTiming.take(frame.presentationTime), frame.fieldOrder == nil {
            frame.setFieldOrder(order)
        }
        if let frameFieldOrder, frame.fieldOrder == nil { frame.setFieldOrder(frameFieldOrder) }
        if window.place(of: frame.presentationTime) == .inside {
            counts.frames += 1
            if frame.fieldOrder != nil { counts.interlacedFrames += 1 }
            gaps.add(frame.presentationTime)
        }
        countDamage()
        try emit(frame)
    }
}
