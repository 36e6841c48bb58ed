import CX265

/// One coded frame: its packet, in Annex B form with times in ticks of the source's stream, and the proof of what it
/// shows. It is what chunks are made of and what `Assembly` takes, wherever it was encoded.
struct AccessUnit: ~Copyable, Sendable {
    var packet: Packet
    var proof = FrameProof()

    var isKeyframe: Bool { packet.isKeyframe }

    /// - Parameters:
    ///   - units: x265's NAL units of one frame; their payloads are contiguous.
    ///   - messages: SEI messages to put before the frame's first slice.
    ///   - dolbyVision: the payload of the RPU to put after its last slice.
    init(_ units: UnsafeBufferPointer<x265_nal>, messages: [SEIMessage], dolbyVision: [UInt8]?) throws {
        let sizes = units.map { Int($0.sizeBytes) }
        let coded = UnsafeRawBufferPointer(start: units.first?.payload, count: sizes.reduce(0, +))
        if messages.isEmpty, dolbyVision == nil {
            packet = try Packet.copying(coded)
            return
        }
        let firstSlice = units.firstIndex { NALUnitType(rawValue: UInt8($0.type)).isSlice } ?? 0
        let split = sizes[..<firstSlice].reduce(0, +)
        let before = messages.flatMap(\.unit)
        let after = dolbyVision.map { NALUnit.bytes(.dolbyVisionRPU, escaped: $0) } ?? []
        let parts = UnsafeMutableRawBufferPointer.allocate(
            byteCount: coded.count + before.count + after.count, alignment: 1)
        defer { parts.deallocate() }
        parts.copyBytes(from: coded[..<split])
        UnsafeMutableRawBufferPointer(rebasing: parts[split...]).copyBytes(from: before)
        UnsafeMutableRawBufferPointer(rebasing: parts[(split + before.count)...]).copyBytes(from: coded[split...])
        UnsafeMutableRawBufferPointer(rebasing: parts[(coded.count + before.count)...]).copyBytes(from: after)
        packet = try Packet.copying(UnsafeRawBufferPointer(parts))
    }
}

/// What a decoder must make of an access unit.
struct FrameProof: Sendable, Equatable {
    /// Checksum of the encoder's reconstruction, of keyframes only; a decoder must come to the very same samples.
    var reconstructionCRC: UInt32?
    /// What the source shows at that time, where its luma can be compared.
    var signature: LumaSignature?
}
