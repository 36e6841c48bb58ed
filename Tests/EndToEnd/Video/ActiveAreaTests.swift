import TestSupport
import Testing

/// Dolby Vision's active area is in samples, so it is scaled with the frame.
@Suite("Video / Dolby Vision active area") struct ActiveAreaTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The bits of one RPU. Its four offsets are in a level 5 block of seven bytes.
    private struct Unit {
        var bits: [UInt8]
        private let start: Int

        static let head = Unit.bits(of: 0b0001000_00000101, 15)

        init(_ unit: [UInt8]) throws {
            var payload: [UInt8] = []
            for byte in unit.dropFirst(2) {
                if byte == 3, payload.suffix(2) == [0, 0] { continue }
                payload.append(byte)
            }
            bits = payload.flatMap { Unit.bits(of: Int($0), 8) }
            let head = try #require(bits.firstRange(of: Self.head))
            start = head.upperBound
            let isAlone = bits[head.upperBound...].firstRange(of: Self.head) == nil
            try #require(isAlone)
        }

        static func bits(of value: Int, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(value >> $0 & 1) }
        }

        var distances: [Int] {
            get { (0..<4).map { bits[start + 13 * $0..<start + 13 * $0 + 13].reduce(0) { $0 << 1 | Int($1) } } }
            set {
                bits.replaceSubrange(start..<start + 52, with: newValue.flatMap { Unit.bits(of: $0, 13) })
                let end = bits.count - 40
                bits.replaceSubrange(end..<end + 32, with: Unit.bits(of: checksum, 32))
            }
        }

        /// CRC-32 of MPEG-2, bit by bit, over all but the first byte.
        var checksum: Int {
            var value: UInt32 = .max
            for bit in bits[8..<bits.count - 40] {
                let isSet = (value >> 31 ^ UInt32(bit)) & 1 == 1
                value = value << 1 ^ (isSet ? 0x04C1_1DB7 : 0)
            }
            return Int(value)
        }

        var isSound: Bool { Unit.bits(of: checksum, 32) == bits.suffix(40).prefix(32).map { $0 } }

        /// A NAL unit again.
        var unit: [UInt8] {
            var unit: [UInt8] = [124, 1]
            for start in stride(from: 0, to: bits.count, by: 8) {
                let byte = bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
                if byte <= 3, unit.suffix(2) == [0, 0] { unit.append(3) }
                unit.append(byte)
            }
            return unit
        }
    }

    /// HEVC of any size with a real clip's RPU after every frame.
    private func source(_ size: String, _ distances: [Int]) throws -> String {
        let clip = try #require(Clips.dolbyVision)
        let units = try AnnexB.units(of: clip, as: "hevc", into: folder)
        var rpu = try Unit(try #require(units.first { $0.first == 124 }))
        try #require(rpu.isSound)
        rpu.distances = distances
        let plain = try FFmpeg.make(
            folder("plain.hevc"),
            FFmpeg.video(size, seconds: 0.2) + ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"]
                + ["-x265-params", "log-level=none", "-color_trc", "smpte2084"])
        let frames = AnnexB.split(try FileBytes.read(plain))
        let path = folder("source.hevc")
        try FileBytes.write(
            AnnexB.join(frames.flatMap { ($0.first ?? 255) >> 1 < 32 ? [$0, rpu.unit] : [$0] }), to: path)
        return path
    }

    /// A raw stream has no timestamps either, which is another note.
    private func notes(_ output: String) throws -> [String] {
        try JobReport.read("\(output).json").notes.filter { $0.contains("Dolby") }
    }

    private func units(of path: String) throws -> [Unit] {
        try AnnexB.units(of: path, as: "hevc", into: folder).filter { $0.first == 124 }.map { try Unit($0) }
    }

    @Test(
        "The active area of Dolby Vision is scaled with the frame",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }), arguments: ["mp4", "mkv"])
    func scaled(container: String) throws {
        let source = try source("2880x160", [90, 45, 20, 9])
        let output = folder("output.\(container)")
        try Worker.encode(source, output, ["--policy", "downscale"])
        #expect(try Probe(output).video?.size == [2560, 142])
        let (before, after) = (try units(of: source), try units(of: output))
        try #require(before.count == 5 && after.count == 5)
        #expect(after.allSatisfy { $0.distances == [80, 40, 18, 8] && $0.isSound })
        // Nothing else has changed.
        var back = after
        for index in back.indices { back[index].distances = [90, 45, 20, 9] }
        #expect(back.map(\.bits) == before.map(\.bits))
        #expect(try notes(output) == [])
        let strict = try Command(
            [
                try #require(CurrentFFmpeg.path), "-v", "error", "-err_detect", "crccheck+explode", "-i", output, "-f",
                "null", "-",
            ]
        ).run()
        #expect(strict.end == .exit(0) && strict.error == "")
    }

    /// An RPU that can't be parsed is not changed.
    @Test(
        "An RPU that can't be parsed keeps its active area, and the report says so",
        .enabled("no real Dolby Vision clip here", { Clips.dolbyVision != nil }))
    func brokenRPU() throws {
        let source = try source("2880x160", [0, 0, 20, 20])
        var all = AnnexB.split(try FileBytes.read(source))
        for index in all.indices where all[index].first == 124 { all[index][all[index].count - 3] ^= 1 }
        try FileBytes.write(AnnexB.join(all), to: source)
        let output = folder("output.mp4")
        try Worker.encode(source, output, ["--policy", "downscale"])
        #expect(
            try notes(output)
                == [
                    "the Dolby Vision metadata of 5 frames could not be parsed: their active areas are still the source's"
                ])
    }
}
