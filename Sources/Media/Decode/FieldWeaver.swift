import CFFmpeg
import Containers
import Findings

/// Weaves fields into frames. HEVC codes each field of interlaced video as an access unit of its own, and libavcodec
/// outputs fields as frames.
///
/// Source: ITU-T H.265, table D.2, pic_struct.
struct FieldWeaver: ~Copyable {
    /// The first field of a frame whose second field is not decoded yet.
    private var pending: Frame?
    /// The parity of the very first field: frames start with it.
    private var order: FieldOrder?
    /// Fields without a second one.
    private(set) var unpairedFields = 0
    /// Ticks from the first field of a frame to the second.
    private(set) var distance: Int64?

    /// Takes a decoder's output and emits frames in order; frames that are no fields are passed on unchanged.
    mutating func weave(_ frame: consuming Frame, emit: (consuming Frame) throws -> Void) throws {
        guard let parity = frame.fieldOrder else {
            try finish(emit: emit)
            return try emit(frame)
        }
        if order == nil { order = parity }
        guard let first = pending.take() else { return try begin(frame, parity, emit) }
        if parity != order, first.format == frame.format {
            distance = frame.presentationTime - first.presentationTime
            return try emit(Self.woven(first, frame))
        }
        try emit(lineDoubled(first))
        try begin(frame, parity, emit)
    }

    /// Keeps a first field; emits a second field without a first one.
    private mutating func begin(
        _ frame: consuming Frame, _ parity: FieldOrder, _ emit: (consuming Frame) throws -> Void
    ) throws {
        guard parity == order else { return try emit(lineDoubled(frame)) }
        pending = consume frame
    }

    /// Emits a field that is still without a second one.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        if let last = pending.take() { try emit(lineDoubled(last)) }
    }

    /// A frame with each line of the field twice.
    private mutating func lineDoubled(_ field: borrowing Frame) throws -> Frame {
        unpairedFields += 1
        return try Self.woven(field, field)
    }

    /// - Returns: a frame of twice the height, with the first field's PTS and the duration of both.
    private static func woven(_ first: borrowing Frame, _ second: borrowing Frame) throws -> Frame {
        let frame = try Frame()
        frame.pointer.pointee.format = first.pointer.pointee.format
        frame.pointer.pointee.width = first.pointer.pointee.width
        frame.pointer.pointee.height = first.pointer.pointee.height * 2
        try check(av_frame_get_buffer(frame.pointer, 0), "weaving two fields", .decode)
        try check(av_frame_copy_props(frame.pointer, first.pointer), "copying a frame's properties", .decode)
        let parity = first.fieldOrder == .bottomFirst ? 1 : 0
        for (field, parity) in [(first.pointer, parity), (second.pointer, 1 - parity)] {
            let lines = try frame.field(parity)
            try check(av_frame_copy(lines.pointer, field), "weaving two fields", .decode)
        }
        if first.presentationTime != second.presentationTime, let more = second.sideData(AV_FRAME_DATA_A53_CC) {
            try frame.setSideData(AV_FRAME_DATA_A53_CC, (first.sideData(AV_FRAME_DATA_A53_CC) ?? []) + more)
        }
        let end = second.presentationTime + second.duration
        if end > first.presentationTime, second.duration > 0 { frame.duration = end - first.presentationTime }
        frame.pointer.pointee.sample_aspect_ratio =
            sampleAspectRatio(Rational(first.pointer.pointee.sample_aspect_ratio)).libav
        return frame
    }

    /// The frame's sample aspect ratio, given the decoder's, which may be that of a field: frames don't have samples much
    /// taller than wide.
    static func sampleAspectRatio(_ field: Rational) -> Rational {
        guard field.isKnown, field.value < 0.8 else { return field }
        return Rational(av_mul_q(field.libav, AVRational(num: 2, den: 1)))
    }
}
