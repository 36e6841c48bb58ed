import CXPSNR
import Containers
import TestSupport
import Testing

@testable import Media

@Suite("XPSNR")
struct XPSNRTests {
    /// A source and its encode, as raw frames.
    struct Pair: Sendable, CustomTestStringConvertible {
        var name: String
        /// Arguments of ffmpeg.
        var input: [String]
        var size: Resolution
        var bitDepth = 8
        var frameRate: String
        var frames = 8

        var testDescription: String { "\(name), \(size), \(bitDepth) bits, \(frameRate) fps" }

        fileprivate var pixelFormat: String { bitDepth > 8 ? "yuv420p10le" : "yuv420p" }
        fileprivate var raw: [String] {
            [
                "-f", "rawvideo", "-s", "\(size.width)x\(size.height)", "-pix_fmt", pixelFormat, "-framerate",
                frameRate,
            ]
        }
        fileprivate var framesPerSecond: Double {
            let parts = frameRate.split(separator: "/").compactMap { Double($0) }
            return parts[0] / (parts.count > 1 ? parts[1] : 1)
        }

        /// Writes the source's and the encode's frames, and the values of FFmpeg's filter.
        fileprivate func make(in folder: TemporaryFolder) throws -> (source: [UInt8], encoded: [UInt8], log: String) {
            let (source, coded, encoded) = (folder("source.yuv"), folder("coded.mkv"), folder("encoded.yuv"))
            let scale = "scale=\(size.width):\(size.height):flags=bicubic,format=\(pixelFormat)"
            try CurrentFFmpeg.run(input + ["-vf", scale, "-frames:v", "\(frames)", "-f", "rawvideo", source])
            try CurrentFFmpeg.run(
                raw + [
                    "-i", source, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "33", coded,
                ])
            try CurrentFFmpeg.run(["-i", coded, "-f", "rawvideo", "-pix_fmt", pixelFormat, encoded])
            let log = folder("log")
            try CurrentFFmpeg.run(
                raw + ["-i", source] + raw + ["-i", encoded, "-lavfi", "xpsnr=stats_file=\(log)", "-f", "null", "-"])
            return (
                try FileBytes.read(source), try FileBytes.read(encoded),
                String(decoding: try FileBytes.read(log), as: UTF8.self)
            )
        }
    }

    static let pairs = [
        Pair(
            name: "animation", input: ["-i", Clips.path("bigbuckbunny")], size: Resolution(width: 1280, height: 720),
            frameRate: "24"),
        Pair(
            name: "film, small", input: ["-i", Clips.path("bikes")], size: Resolution(width: 320, height: 136),
            frameRate: "25"),
        Pair(
            name: "phone, small", input: ["-i", Clips.path("carphone_pristine")],
            size: Resolution(width: 480, height: 360), bitDepth: 10, frameRate: "50"),
        Pair(
            name: "noise", input: ["-f", "lavfi", "-i", "testsrc2=s=2560x1440:r=30,noise=alls=8:allf=t"],
            size: Resolution(width: 2560, height: 1440), frameRate: "30", frames: 3),
        Pair(
            name: "a narrow last column", input: ["-f", "lavfi", "-i", "testsrc2=s=2592x914:r=24,noise=alls=20"],
            size: Resolution(width: 2592, height: 914), frameRate: "24", frames: 3),
        Pair(
            name: "fractal", input: ["-f", "lavfi", "-i", "mandelbrot=s=1920x1440:r=60"],
            size: Resolution(width: 1920, height: 1440), bitDepth: 10, frameRate: "60", frames: 4),
        Pair(
            name: "partial blocks", input: ["-i", Clips.path("bigbuckbunny")],
            size: Resolution(width: 854, height: 480), frameRate: "60000/1001"),
        Pair(
            name: "too small for blocks", input: ["-i", Clips.path("bikes")], size: Resolution(width: 40, height: 40),
            frameRate: "25"),
    ]

    @Test("each plane of each frame has the value of FFmpeg's filter, within 0.01 dB", arguments: pairs)
    func asFFmpeg(pair: Pair) throws {
        let folder = try TemporaryFolder()
        let (source, encoded, log) = try pair.make(in: folder)
        let expected = log.split(separator: "\n").filter { $0.hasPrefix("n:") }.map { line in
            line.split(separator: " ").compactMap { Double($0) }.suffix(3).map { min($0, FrameQuality.best) }
        }
        try #require(expected.count == pair.frames)
        let measured = measure(source, encoded, pair)
        for (number, (values, frame)) in zip(expected, measured).enumerated() {
            for (value, error) in zip(values, [frame.luma, frame.cb, frame.cr]) {
                #expect(abs(FrameQuality.decibels(error) - value) <= 0.01, "frame \(number)")
            }
        }
    }

    private func measure(_ source: [UInt8], _ encoded: [UInt8], _ pair: Pair) -> [FrameQuality] {
        let xpsnr = XPSNR(pair.size, bitDepth: pair.bitDepth, frameRate: pair.framesPerSecond)
        let bytes = pair.bitDepth > 8 ? 2 : 1
        let (width, luma) = (pair.size.width * bytes, pair.size.width * pair.size.height * bytes)
        func planes(_ samples: UnsafeBufferPointer<UInt8>, _ number: Int) -> XPSNR.Planes {
            let start = samples.baseAddress! + number * luma * 3 / 2
            func plane(_ offset: Int, _ stride: Int) -> reelpress_plane {
                reelpress_plane(start: start + offset, stride: stride, bytes_per_sample: Int32(bytes))
            }
            return XPSNR.Planes(
                luma: plane(0, width), cb: plane(luma, width / 2), cr: plane(luma * 5 / 4, width / 2))
        }
        return source.withUnsafeBufferPointer { source in
            encoded.withUnsafeBufferPointer { encoded in
                (0..<pair.frames).map { number in
                    let now = planes(source, number)
                    let weights = xpsnr.weights(
                        now.luma, before: number > 0 ? planes(source, number - 1).luma : nil,
                        earlier: number > 1 ? planes(source, number - 2).luma : nil)
                    return xpsnr.quality(now, planes(encoded, number), weights: weights)
                }
            }
        }
    }
}
