import CFFmpeg
import Findings

/// A coded packet of one stream; the one owner of its AVPacket.
///
/// Source: FFmpeg, "libavcodec/packet.h".
struct Packet: ~Copyable, @unchecked Sendable {
    // Sendable: sole owner, not copyable; see Frame.
    let pointer: UnsafeMutablePointer<AVPacket>

    init() throws {
        pointer = try allocated(av_packet_alloc(), "a packet", .demux)
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }

    /// A packet of its own with a copy of `bytes`.
    static func copying(_ bytes: UnsafeRawBufferPointer) throws -> Packet {
        let packet = try Packet()
        try check(av_new_packet(packet.pointer, Int32(bytes.count)), "a packet of \(bytes.count) bytes", .encode)
        if let start = bytes.baseAddress {
            UnsafeMutableRawPointer(packet.pointer.pointee.data).copyMemory(from: start, byteCount: bytes.count)
        }
        return packet
    }

    /// The index of the source's stream that the packet belongs to.
    var streamIndex: Int {
        get { Int(pointer.pointee.stream_index) }
        nonmutating set { pointer.pointee.stream_index = Int32(newValue) }
    }

    var byteCount: Int { Int(pointer.pointee.size) }
    /// Whether there is nothing in it: a picture before that goes on, or sound that is missing. Decoders take it for the
    /// end or for damage, and not every muxer writes it.
    var isEmpty: Bool { byteCount == 0 && pointer.pointee.side_data_elems == 0 }
    /// Bytes of memory that a packet takes beside its own, as near as a queue's bound needs it.
    static let overhead = 512

    /// Whether the container knows that a part of it is missing.
    var isIncomplete: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    var isKeyframe: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }

    /// Where the container has the packet's bytes, in one piece; nil where it isn't known.
    var byteRange: Range<UInt64>? {
        guard pointer.pointee.pos >= 0 else { return nil }
        return UInt64(pointer.pointee.pos)..<UInt64(pointer.pointee.pos) + UInt64(byteCount)
    }

    /// Presentation time in the stream's time base, where the container gives one.
    var presentationTime: Int64? { known(pointer.pointee.pts) }

    /// Ticks that the packet is presented; 0 if unknown.
    var duration: Int64 { bounded(pointer.pointee.duration) }

    /// The end of the packet's presentation in the stream's time base, where the container gives one.
    var presentationEnd: Int64? {
        (presentationTime ?? known(pointer.pointee.dts)).map { $0 + duration }
    }
}

extension UnsafeMutablePointer<AVPacket> {
    /// Moves the packet's times, as far as they are known.
    func move(by ticks: Int64) {
        if let time = known(pointee.pts) { pointee.pts = time + ticks }
        if let time = known(pointee.dts) { pointee.dts = time + ticks }
    }
}
