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

    /// A new packet with a copy of `bytes`.
    static func copying(_ bytes: UnsafeRawBufferPointer) throws -> Packet {
        let packet = try Packet()
        try check(av_new_packet(packet.pointer, Int32(bytes.count)), "a packet of \(bytes.count) bytes", .encode)
        if let start = bytes.baseAddress {
            UnsafeMutableRawPointer(packet.pointer.pointee.data).copyMemory(from: start, byteCount: bytes.count)
        }
        return packet
    }

    /// A new packet with a copy of `bytes`.
    static func copying(_ bytes: ArraySlice<UInt8>) throws -> Packet {
        let packet = try Packet()
        try check(av_new_packet(packet.pointer, Int32(bytes.count)), "a packet of \(bytes.count) bytes", .mux)
        packet.pointer.pointee.data?.update(from: Array(bytes), count: bytes.count)
        return packet
    }

    /// The index of the packet's stream in the source.
    var streamIndex: Int {
        get { Int(pointer.pointee.stream_index) }
        nonmutating set { pointer.pointee.stream_index = Int32(newValue) }
    }

    var byteCount: Int { Int(pointer.pointee.size) }
    /// Whether it has neither data nor side data, as for a repeated frame or missing audio. Decoders take such a packet for
    /// the end or for damage, and not every muxer writes it.
    var isEmpty: Bool { byteCount == 0 && pointer.pointee.side_data_elems == 0 }
    /// Bytes of memory that a packet takes in addition to its data, approximately: for the limits of queues.
    static let overhead = 512

    /// Whether the demuxer marked the packet as incomplete or corrupt.
    var isIncomplete: Bool { pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// Whether players show its frame: an edit list may leave out a packet that others need.
    var isShown: Bool { pointer.pointee.flags & AV_PKT_FLAG_DISCARD == 0 }
    var isKeyframe: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }

    /// The packet's byte range in the source; nil if unknown.
    var byteRange: Range<UInt64>? {
        guard pointer.pointee.pos >= 0 else { return nil }
        return UInt64(pointer.pointee.pos)..<UInt64(pointer.pointee.pos) + UInt64(byteCount)
    }

    /// PTS in the stream's time base; nil if the container has none.
    var presentationTime: Int64? { known(pointer.pointee.pts) }

    /// Duration in ticks; 0 if unknown.
    var duration: Int64 { bounded(pointer.pointee.duration) }

    /// PTS, or else DTS, plus the duration; nil if the container has neither.
    var presentationEnd: Int64? {
        (presentationTime ?? known(pointer.pointee.dts)).map { $0 + duration }
    }
}

extension UnsafeMutablePointer<AVPacket> {
    /// Adds `ticks` to PTS and DTS, if they are known.
    func shiftTimestamps(by ticks: Int64) {
        if let time = known(pointee.pts) { pointee.pts = time + ticks }
        if let time = known(pointee.dts) { pointee.dts = time + ticks }
    }
}

extension UnsafeMutablePointer<AVStream> {
    /// A copy of a stream's side data. Source: FFmpeg, "libavcodec/packet.h", AVPacketSideData.
    func sideData(_ type: AVPacketSideDataType) -> [UInt8]? {
        var size = 0
        guard let bytes = reelpress_stream_side_data(self, type, &size) else { return nil }
        return Array(UnsafeBufferPointer(start: bytes, count: size))
    }

    /// Adds side data to a stream.
    func setSideData(_ type: AVPacketSideDataType, _ bytes: [UInt8]) throws {
        try check(reelpress_add_stream_side_data(self, type, bytes, bytes.count), "stream side data", .mux)
    }
}

extension [UInt8] {
    /// The C structure at the start of these bytes; nil if there are too few.
    func loaded<Value>(as type: Value.Type) -> Value? {
        guard count >= MemoryLayout<Value>.size else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(as: type) }
    }
}
