import CFFmpeg
import Containers
import Findings
import Threads

/// The decoder of the main video; the one owner of its AVCodecContext.
///
/// Pictures come out in presentation order, each with a presentation time of its own in the stream's time base.
///
/// Source: FFmpeg, "libavcodec/avcodec.h", send/receive encoding and decoding API.
struct Decoder: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; one thread decodes at a time.
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let damage: UnsafeMutablePointer<reelpress_damage>
    private let progress: ProgressCounter
    private let limits: SourceLimits
    private var clock: FrameTimestamps
    private var dolbyVision: RPUCarrier
    private var weaver: FieldWeaver?
    private(set) var gaps: GapDetector
    /// How pictures are interlaced that can't say so themselves.
    private let containerFields: FieldOrder?
    /// How HEVC's whole pictures are interlaced by the container's word: the decoder marks fields that come apart alone.
    private let wovenFields: FieldOrder?
    /// What has come out so far.
    private(set) var counts = Counts()
    /// Ticks between two fields that came apart; nil before there are any.
    private(set) var fieldDistance: Int64?

    struct Counts: Sendable {
        /// Pictures that came out.
        var frames = 0
        /// Pictures that came out with damage concealed, by their own marks. The decoder's log may know of more.
        var markedFrames = 0
        /// Pictures that came out with damage concealed; true once all pictures are out.
        var damagedFrames = 0
        /// Packets that the decoder could make nothing of.
        var undecodablePackets = 0
        /// Pictures whose time was missing or not after the one before, and was set anew.
        var retimedFrames = 0
        /// Pictures coded as two fields.
        var interlacedFrames = 0
        /// Of these, pictures whose fields came apart and were put together.
        var wovenFrames = 0
    }

    /// - Parameter threads: pictures that may be decoded at a time; each holds frames in memory.
    init(
        for stream: UnsafeMutablePointer<AVStream>, frameRate: Rational, threads: Int,
        limits: SourceLimits = SourceLimits(), progress: ProgressCounter
    ) throws {
        let parameters = stream.pointee.codecpar.pointee
        try limits.check(Resolution(width: Int(parameters.width), height: Int(parameters.height)))
        guard let codec = avcodec_find_decoder(parameters.codec_id),
            SourceFormats.videoDecoders.contains(String(cString: codec.pointee.name))
        else {
            let name = String(cString: avcodec_get_name(parameters.codec_id))
            throw ReportedError(.unsupported, .decode, "there is no decoder for \(name) video")
        }
        FFmpegLog.take()
        (context, damage) = try Self.open(codec, stream, threads: threads, limits)
        self.progress = progress
        self.limits = limits
        dolbyVision = RPUCarrier(of: stream)
        weaver = parameters.codec_id == AV_CODEC_ID_HEVC ? FieldWeaver() : nil
        wovenFields = parameters.codec_id == AV_CODEC_ID_HEVC ? FieldOrder(parameters.field_order) : nil
        containerFields = FieldOrder(ofMute: stream)
        gaps = GapDetector(timeBase: Rational(stream.pointee.time_base), frameRate: frameRate)
        clock = FrameTimestamps(timeBase: Rational(stream.pointee.time_base), frameRate: frameRate)
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
        guard let damage = reelpress_count_damage(opening) else {
            avcodec_free_context(&context)
            throw ReportedError(.library, .decode, "no memory for the decoder")
        }
        do {
            try check(
                avcodec_parameters_to_context(opening, stream.pointee.codecpar), "decoder parameters", .decode,
                .unreadableSource)
            opening.pointee.pkt_timebase = stream.pointee.time_base
            // Blocks reach over the picture's edges, so a decoder's own sizes are a little larger.
            opening.pointee.max_pixels = Int64(limits.pictureArea + limits.pictureArea / 16)
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

    /// Decodes one packet and hands over the pictures that are ready.
    mutating func decode(_ packet: borrowing Packet, emit: (consuming Frame) throws -> Void) throws {
        dolbyVision.keep(from: packet)
        try submit(packet.pointer, emit)
    }

    /// Hands over the pictures that are still inside.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        try submit(nil, emit)
        try weave(nil, emit)
        // The last threads may have logged after the last picture but one came out.
        counts.damagedFrames = max(counts.markedFrames, Int(reelpress_damaged_pictures(damage)))
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
                counts.undecodablePackets += 1
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
                counts.undecodablePackets += 1
                continue
            }
            progress.step()
            if let containerFields, frame.fieldOrder == nil { frame.mark(containerFields) }
            if frame.pointer.pointee.decode_error_flags != 0
                || frame.pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
            {
                counts.markedFrames += 1
            }
            try dolbyVision.attach(to: frame)
            let time = clock.time(of: known(frame.pointer.pointee.best_effort_timestamp), duration: frame.duration)
            if time.isRepaired { counts.retimedFrames += 1 }
            frame.presentationTime = time.presentation
            try weave(frame, emit)
        }
    }

    /// Hands over pictures that are whole.
    ///
    /// - Parameter frame: nil at the end.
    private mutating func weave(_ frame: consuming Frame?, _ emit: (consuming Frame) throws -> Void) throws {
        var weaver = weaver.take()
        defer { self.weaver = weaver.take() }
        if weaver == nil {
            if let frame = frame.take() { try pass(frame, emit) }
            return
        }
        let lonely = weaver?.lonely ?? 0
        if let frame = frame.take() {
            let isField = frame.fieldOrder != nil
            try weaver?.weave(frame) { whole in
                if isField, whole.fieldOrder != nil { counts.wovenFrames += 1 }
                try pass(whole, emit)
            }
        } else {
            try weaver?.finish { try pass($0, emit) }
        }
        fieldDistance = weaver?.distance
        // Half of their lines are missing.
        counts.markedFrames += (weaver?.lonely ?? 0) - lonely
        counts.damagedFrames = max(counts.markedFrames, counts.damagedFrames)
    }

    private mutating func pass(_ frame: consuming Frame, _ emit: (consuming Frame) throws -> Void) throws {
        try limits.check(frame.format.size)
        counts.frames += 1
        counts.damagedFrames = max(counts.markedFrames, Int(reelpress_damaged_pictures(damage)))
        if let wovenFields, frame.fieldOrder == nil { frame.mark(wovenFields) }
        if frame.fieldOrder != nil { counts.interlacedFrames += 1 }
        gaps.add(frame.presentationTime)
        try emit(frame)
    }
}
