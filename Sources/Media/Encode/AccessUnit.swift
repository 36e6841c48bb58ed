import CX265

/// One coded picture, put together from what x265 wrote and what the picture carries beside its samples.
enum AccessUnit {
    /// - Parameters:
    ///   - units: x265's NAL units of one picture; their payloads lie in one piece.
    ///   - messages: what goes in front of the picture's first slice.
    ///   - dolbyVision: the payload of the RPU that goes behind the last one.
    static func packet(
        _ units: UnsafeBufferPointer<x265_nal>, messages: [SEIMessage], dolbyVision: [UInt8]?
    ) throws -> Packet {
        let sizes = units.map { Int($0.sizeBytes) }
        let coded = UnsafeRawBufferPointer(start: units.first?.payload, count: sizes.reduce(0, +))
        if messages.isEmpty, dolbyVision == nil { return try Packet.copying(coded) }
        let firstSlice = units.firstIndex { $0.type < NALUnit.firstNonPicture } ?? 0
        let split = sizes[..<firstSlice].reduce(0, +)
        let before = messages.flatMap(\.unit)
        let behind = dolbyVision.map { NALUnit.bytes(.dolbyVision, escaped: $0) } ?? []
        let parts = UnsafeMutableRawBufferPointer.allocate(
            byteCount: coded.count + before.count + behind.count, alignment: 1)
        defer { parts.deallocate() }
        parts.copyBytes(from: coded[..<split])
        UnsafeMutableRawBufferPointer(rebasing: parts[split...]).copyBytes(from: before)
        UnsafeMutableRawBufferPointer(rebasing: parts[(split + before.count)...]).copyBytes(from: coded[split...])
        UnsafeMutableRawBufferPointer(rebasing: parts[(coded.count + before.count)...]).copyBytes(from: behind)
        return try Packet.copying(UnsafeRawBufferPointer(parts))
    }
}
