import CFFmpeg
import Findings
import FoundationEssentials

/// JPEG through libavcodec, without what differs between processors.
///
/// Source: FFmpeg, "libavcodec/avcodec.h".
enum JPEGEncoder {
    /// Whether this libavcodec has an encoder for JPEG.
    static var isAvailable: Bool { avcodec_find_encoder(AV_CODEC_ID_MJPEG) != nil }

    /// - Parameter scale: of the quantization, 2 (fine) to 31.
    /// - Throws: `ReportedError`.
    static func encode(_ image: StillSamples, scale: Int32) throws -> Data {
        let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG)
        var context = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&context) }
        let settings = try allocated(context, "a JPEG encoder", .encode)
        settings.pointee.width = Int32(image.width)
        settings.pointee.height = Int32(image.height)
        settings.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        settings.pointee.color_range = AVCOL_RANGE_JPEG
        settings.pointee.time_base = AVRational(num: 1, den: 1)
        settings.pointee.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT
        settings.pointee.global_quality = FF_QP2LAMBDA * scale
        // Others use the processor's own instructions, which round in other ways.
        settings.pointee.dct_algo = FF_DCT_INT
        settings.pointee.thread_count = 1
        try check(avcodec_open2(settings, codec, nil), "the JPEG encoder", .encode)
        let frame = try frame(image)
        frame.pointer.pointee.quality = FF_QP2LAMBDA * scale
        try check(avcodec_send_frame(settings, frame.pointer), "encoding a JPEG", .encode)
        let packet = try Packet()
        try check(avcodec_receive_packet(settings, packet.pointer), "encoding a JPEG", .encode)
        return Data(bytes: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size))
    }

    private static func frame(_ image: StillSamples) throws -> Frame {
        let frame = try Frame()
        let fields = frame.pointer
        fields.pointee.format = AV_PIX_FMT_YUVJ420P.rawValue
        (fields.pointee.width, fields.pointee.height) = (Int32(image.width), Int32(image.height))
        try check(av_frame_get_buffer(fields, 0), "an image", .encode)
        let planes = [
            (image.luma, fields.pointee.data.0, fields.pointee.linesize.0, false),
            (image.cb, fields.pointee.data.1, fields.pointee.linesize.1, true),
            (image.cr, fields.pointee.data.2, fields.pointee.linesize.2, true),
        ]
        for (samples, start, stride, isChroma) in planes {
            guard let start else { continue }
            samples.withUnsafeBufferPointer { samples in
                guard let base = samples.baseAddress else { return }
                if isChroma { return halve(base, image, into: start, stride: Int(stride)) }
                for row in 0..<image.height {
                    (start + row * Int(stride)).update(from: base + row * image.width, count: image.width)
                }
            }
        }
        return frame
    }

    /// Means of 2 by 2 samples: the video has no more of chroma either.
    private static func halve(
        _ samples: UnsafePointer<UInt8>, _ image: StillSamples, into start: UnsafeMutablePointer<UInt8>, stride: Int
    ) {
        for row in 0..<(image.height + 1) / 2 {
            let above = samples + 2 * row * image.width
            let below = 2 * row + 1 < image.height ? above + image.width : above
            let result = start + row * stride
            for column in 0..<image.width / 2 {
                let sum =
                    Int(above[2 * column]) + Int(above[2 * column + 1]) + Int(below[2 * column])
                    + Int(below[2 * column + 1])
                result[column] = UInt8((sum + 2) / 4)
            }
            if image.width % 2 == 1 {
                result[image.width / 2] = UInt8((Int(above[image.width - 1]) + Int(below[image.width - 1]) + 1) / 2)
            }
        }
    }
}
