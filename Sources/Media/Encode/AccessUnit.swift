import CFFmpeg
import CX265
import Containers

/// One coded frame: its packet, in Annex B form with timestamps in ticks of the source's stream, and the proof of what
/// it shows. Chunks consist of access units, and `Assembly` takes them, wherever they were encoded.
struct AccessUnit: ~Copyable, Sendable {
    var packet: Packet
    var proof = FrameProof()
    /// How much the encoder's reconstruction differs from the frame; nil for a unit that was encoded before, or if it
    /// wasn't measured.
    var quality: FrameQuality?

    var isKeyframe: Bool { packet.isKeyframe }

    /// An access unit that was encoded before.
    init(_ packet: consuming Packet) {
        self.packet = packet
    }

    /// - Parameters:
    ///   - units: x265's NAL units of one frame; their payloads are contiguous.
    ///   - messages: SEI messages to put before the frame's first slice.
    ///   - dolbyVision: the payload of the RPU to put after its last slice.
    init(_ units: UnsafeBufferPointer<x265_nal>, messages: [SEIMessage], dolbyVision: [UInt8]?) throws {
        let sizes = units.map { Int($0.sizeBytes) }
        let coded = UnsafeRawBufferPointer(start: units.first?.payload, count: sizes.reduce(0, +))
        if messages.isEmpty, dolbyVision == nil {
            self.init(try Packet.copying(coded))
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
        self.init(try Packet.copying(UnsafeRawBufferPointer(parts)))
    }
}

/// What an access unit must decode to.
struct FrameProof: Sendable, Equatable {
    /// Checksum of the encoder's reconstruction, of keyframes only; a decoder must reproduce the same samples.
    var reconstructionCRC: UInt32?
    /// The luma of the source's frame with this timestamp, where it can be compared.
    var signature: LumaSignature?
}

/// The metadata that one frame carries into the bitstream besides its samples.
struct FrameMetadata: Sendable {
    /// SEI messages before the frame's first slice.
    var messages: [SEIMessage] = []
    /// The payload of a Dolby Vision RPU's NAL unit, with emulation prevention, after the frame's last slice.
    var dolbyVision: [UInt8]?

    /// True if the RPU's active-area offsets could not be rescaled.
    var keepsSourceActiveArea = false

    /// - Parameter video: how the output's frames differ from the source's.
    init(of frame: borrowing Frame, for video: VideoPlan) {
        if let metadata = frame.sideData(AV_FRAME_DATA_DYNAMIC_HDR_PLUS) {
            let placing = DynamicHDRPlus.Placing(
                scale: (video.scale.width + video.scale.height) / 2, point: video.moved,
                angle: { video.orientation?.turned(degrees: $0) ?? $0 })
            messages += DynamicHDRPlus(metadata, placing).map { [$0.message] } ?? []
        }
        messages += CaptionData.messages(frame.sideData(AV_FRAME_DATA_A53_CC) ?? [])
        guard video.dolbyVision?.isKept == true else { return }
        dolbyVision = frame.sideData(AV_FRAME_DATA_DOVI_RPU_BUFFER)
        guard video.changesCoordinates, let unit = dolbyVision else { return }
        do {
            dolbyVision = try DolbyVisionRPU(escaped: unit).changed(video.mapped) ?? unit
        } catch {
            keepsSourceActiveArea = true
        }
    }
}

/// A CRC-32 over the samples of a 4:2:0 frame, without the padding of its rows.
///
/// Source: FFmpeg, "libavutil/crc.h".
enum FrameCRC {
    /// - Parameters:
    ///   - planes: luma, then both chroma planes, each with its bytes per row.
    ///   - size: even, in luma samples.
    static func of(
        _ planes: [(start: UnsafeRawPointer?, stride: Int)], size: Resolution, bytesPerSample: Int
    ) -> UInt32 {
        let table = av_crc_get_table(AV_CRC_32_IEEE_LE)
        var checksum = UInt32.max
        for (index, plane) in planes.enumerated() {
            guard let start = plane.start else { continue }
            let (width, height) = index == 0 ? (size.width, size.height) : (size.width / 2, size.height / 2)
            for row in 0..<height {
                let bytes = (start + row * plane.stride).assumingMemoryBound(to: UInt8.self)
                checksum = av_crc(table, checksum, bytes, width * bytesPerSample)
            }
        }
        return checksum
    }
}
