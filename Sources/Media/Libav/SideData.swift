import CFFmpeg
import Findings

extension UnsafeMutablePointer<AVStream> {
    /// A copy of what a stream carries beside its packets. Source: FFmpeg, "libavcodec/packet.h", AVPacketSideData.
    func sideData(_ type: AVPacketSideDataType) -> [UInt8]? {
        var size = 0
        guard let bytes = reelpress_stream_side_data(self, type, &size) else { return nil }
        return Array(UnsafeBufferPointer(start: bytes, count: size))
    }

    /// Gives a stream something to carry beside its packets.
    func setSideData(_ type: AVPacketSideDataType, _ bytes: [UInt8]) throws {
        try check(reelpress_add_stream_side_data(self, type, bytes, bytes.count), "stream side data", .mux)
    }
}

extension [UInt8] {
    /// The C structure that these bytes begin with; nil where they are too few for one.
    func loaded<Value>(as type: Value.Type) -> Value? {
        guard count >= MemoryLayout<Value>.size else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(as: type) }
    }
}

/// A ratio in units of 1/`denominator`, to the nearest; 0 where it has no meaning.
func units(_ ratio: AVRational, _ denominator: Int64) -> Int64 {
    ratio.den == 0 ? 0 : av_rescale(Int64(ratio.num), denominator, Int64(ratio.den))
}

extension Frame {
    /// A copy of what a picture carries beside its samples. Source: FFmpeg, "libavutil/frame.h", AVFrameSideData.
    func sideData(_ type: AVFrameSideDataType) -> [UInt8]? {
        guard let found = av_frame_get_side_data(pointer, type)?.pointee else { return nil }
        return Array(UnsafeBufferPointer(start: found.data, count: found.size))
    }

    /// Gives a picture something to carry, in the place of what it has of that type.
    func setSideData(_ type: AVFrameSideDataType, _ bytes: [UInt8]) throws {
        av_frame_remove_side_data(pointer, type)
        let side = try allocated(av_frame_new_side_data(pointer, type, bytes.count), "picture side data", .decode)
        side.pointee.data.update(from: bytes, count: bytes.count)
    }

    /// Whether a picture carries it.
    func hasSideData(_ type: AVFrameSideDataType) -> Bool { av_frame_get_side_data(pointer, type) != nil }
}
