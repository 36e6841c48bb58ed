internal import CFFmpeg

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
