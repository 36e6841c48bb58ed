import CFFmpeg
import Containers
import Findings

/// Puts pictures together whose fields are coded as pictures of their own: HEVC's way, which its decoder leaves to
/// others.
///
/// Source: ITU-T H.265, table D.2, pic_struct.
struct FieldWeaver: ~Copyable {
    /// The first field of a picture that waits for its second.
    private var waiting: Frame?
    /// The field that pictures begin with: the first that came.
    private var order: FieldOrder?
    /// Fields that had no other.
    private(set) var lonely = 0
    /// Ticks from the first field of a picture to its second.
    private(set) var distance: Int64?

    /// Takes what the decoder gives, and hands over whole pictures in order; those that are no fields pass untouched.
    mutating func weave(_ frame: consuming Frame, emit: (consuming Frame) throws -> Void) throws {
        guard let parity = frame.fieldOrder else {
            try finish(emit: emit)
            return try emit(frame)
        }
        if order == nil { order = parity }
        guard let first = waiting.take() else { return try begin(frame, parity, emit) }
        if parity != order, first.format == frame.format {
            distance = frame.presentationTime - first.presentationTime
            return try emit(Self.woven(first, frame))
        }
        try emit(alone(first))
        try begin(frame, parity, emit)
    }

    /// Keeps the first field of a picture; a second one without it is all there is.
    private mutating func begin(
        _ frame: consuming Frame, _ parity: FieldOrder, _ emit: (consuming Frame) throws -> Void
    ) throws {
        guard parity == order else { return try emit(alone(frame)) }
        waiting = consume frame
    }

    /// Hands over a field that has no other any more.
    mutating func finish(emit: (consuming Frame) throws -> Void) throws {
        if let last = waiting.take() { try emit(alone(last)) }
    }

    /// A field's lines, each twice.
    private mutating func alone(_ field: borrowing Frame) throws -> Frame {
        lonely += 1
        return try Self.woven(field, field)
    }

    /// - Returns: a picture of twice the height that is shown from the first field on, for as long as both.
    private static func woven(_ first: borrowing Frame, _ second: borrowing Frame) throws -> Frame {
        let frame = try Frame()
        frame.pointer.pointee.format = first.pointer.pointee.format
        frame.pointer.pointee.width = first.pointer.pointee.width
        frame.pointer.pointee.height = first.pointer.pointee.height * 2
        try check(av_frame_get_buffer(frame.pointer, 0), "a picture of two fields", .decode)
        try check(av_frame_copy_props(frame.pointer, first.pointer), "copying a picture's properties", .decode)
        let parity = first.fieldOrder == .bottomFirst ? 1 : 0
        for (field, parity) in [(first.pointer, parity), (second.pointer, 1 - parity)] {
            let lines = try frame.field(parity)
            try check(av_frame_copy(lines.pointer, field), "a picture of two fields", .decode)
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

    /// The shape of a sample of the picture, where that of a field's sample may be meant: no picture has samples that
    /// are so much taller than wide.
    static func sampleAspectRatio(_ field: Rational) -> Rational {
        guard field.isKnown, field.value < 0.8 else { return field }
        return Rational(av_mul_q(field.libav, AVRational(num: 2, den: 1)))
    }
}
