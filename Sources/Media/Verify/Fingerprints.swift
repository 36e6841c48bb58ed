import CFFmpeg
import Containers

/// A checksum over the samples of a 4:2:0 picture, without what pads its rows.
///
/// Source: FFmpeg, "libavutil/crc.h".
enum FrameCRC {
    /// - Parameters:
    ///   - planes: luma, then both chroma planes, each with its bytes a row.
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

/// Counts presentation times and remembers them as a digest that doesn't depend on their order.
struct TimestampDigest: Sendable {
    private(set) var count = 0
    private(set) var digest: UInt64 = 0
    private(set) var first = Int64.max
    private(set) var last = Int64.min

    mutating func add(_ time: Int64) {
        count += 1
        digest &+= Self.mixed(UInt64(bitPattern: time))
        first = min(first, time)
        last = max(last, time)
    }

    /// The finalizer of SplitMix64: near times get far digests.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
