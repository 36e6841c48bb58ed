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
