import CFFmpeg
import Containers
import Findings
import TestSupport
import Testing

@testable import Media

@Suite("Luma signature") struct LumaSignatureTests {
    /// A frame whose brightness grows from left to right, from 0 to 1.
    private func ramp(_ format: AVPixelFormat, _ size: Resolution, shift: Int = 0) throws -> Frame {
        let frame = try Frame()
        frame.pointer.pointee.format = format.rawValue
        frame.pointer.pointee.width = Int32(size.width)
        frame.pointer.pointee.height = Int32(size.height)
        try check(av_frame_get_buffer(frame.pointer, 0), "a frame", .scale)
        let depth = bitDepth(of: format)
        for row in 0..<size.height {
            let start =
                UnsafeMutableRawPointer(frame.pointer.pointee.data.0!)
                + row * Int(frame.pointer.pointee.linesize.0)
            for column in 0..<size.width {
                let value = column * ((1 << depth) - 1) / (size.width - 1)
                if depth > 8 {
                    start.storeBytes(of: UInt16(value << shift), toByteOffset: column * 2, as: UInt16.self)
                } else {
                    start.storeBytes(of: UInt8(value), toByteOffset: column, as: UInt8.self)
                }
            }
        }
        return frame
    }

    private func signature(
        _ format: AVPixelFormat, _ width: Int, _ height: Int, shift: Int = 0
    ) throws -> LumaSignature? {
        let size = Resolution(width: width, height: height)
        return LumaSignature(of: try ramp(format, size, shift: shift), size: size)
    }

    @Test("Size and bit depth make no difference to a signature") func sizeAndDepth() throws {
        let plain = try #require(try signature(AV_PIX_FMT_YUV420P, 320, 180))
        #expect(plain.cells.count == 144 && plain.cells[0] < 10 && plain.cells[15] > 245)
        let others = [
            try signature(AV_PIX_FMT_YUV420P, 1280, 720), try signature(AV_PIX_FMT_YUV420P10LE, 321, 181),
            try signature(AV_PIX_FMT_YUV422P12LE, 320, 180), try signature(AV_PIX_FMT_NV12, 320, 180),
            try signature(AV_PIX_FMT_P010LE, 320, 180, shift: 6),
        ]
        for other in others { #expect(try #require(other).distance(to: plain) < 2) }
    }

    @Test("Another frame's signature is far") func otherFrame() throws {
        let ramp = try #require(try signature(AV_PIX_FMT_YUV420P, 320, 180))
        #expect(ramp.distance(to: LumaSignature(cells: ramp.cells.reversed())) > 80)
    }

    @Test(
        "Formats without a luma plane have no signature",
        arguments: [AV_PIX_FMT_RGB24, AV_PIX_FMT_YUYV422, AV_PIX_FMT_GBRP, AV_PIX_FMT_YUV420P10BE])
    func noLumaPlane(format: AVPixelFormat) throws {
        #expect(try signature(format, 320, 180) == nil)
    }

    @Test("Tiny frames have no signature") func tiny() throws {
        #expect(try signature(AV_PIX_FMT_YUV420P, 15, 100) == nil)
        #expect(try signature(AV_PIX_FMT_YUV420P, 100, 8) == nil)
    }

    /// Stripes of which a cell holds no whole number, at neither size.
    @Test("A scaled small frame has the same signature") func scaled() throws {
        var random = SeededGenerator(seed: 3)
        let columns = (0..<96).map { _ in Bool.random(using: &random) ? Float(235) : 16 }
        func signature(_ width: Int, _ height: Int) throws -> LumaSignature? {
            let size = Resolution(width: width, height: height)
            let frame = try ramp(AV_PIX_FMT_YUV420P, size)
            let step = Float(columns.count) / Float(width)
            for row in 0..<height {
                for column in 0..<width {
                    let (left, right) = (Float(column) * step, Float(column + 1) * step)
                    let sum = (Int(left)..<min(96, Int(right.rounded(.up)))).reduce(Float(0)) {
                        $0 + columns[$1] * (min(right, Float($1 + 1)) - max(left, Float($1)))
                    }
                    let luma = frame.pointer.pointee.data.0!
                    luma[row * Int(frame.pointer.pointee.linesize.0) + column] = UInt8((sum / step).rounded())
                }
            }
            return LumaSignature(of: frame, size: size)
        }
        let (whole, small) = (try #require(try signature(96, 64)), try #require(try signature(54, 36)))
        #expect(whole.distance(to: small) < 6)
    }
}
