import CFFmpeg
import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Source index") struct SourceIndexTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func demuxer(_ name: String, _ options: [String]) throws -> Demuxer {
        let path = folder(name)
        let inputs = ["-f", "lavfi", "-i", "testsrc2=size=192x108:rate=25:duration=8"]
        let codec = [
            "-c:v", "libx264", "-bf", "2", "-b_strategy", "0", "-g", "25", "-preset", "veryfast", "-threads", "1",
        ]
        let outcome = try Command(["ffmpeg", "-v", "error", "-nostdin", "-y"] + inputs + codec + options + [path]).run()
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        return try Demuxer(
            MemorySource(try FileBytes.read(path)),
            limits: TranscodeSettings(encoder: EncoderSettings(), threads: 1).limits,
            cancellation: Cancellation())
    }

    /// The PTS and the DTS of the next packet.
    private func keyframe(_ demuxer: borrowing Demuxer) throws -> (Int64?, Int64) {
        guard let packet = try demuxer.read() else { throw CancellationError() }
        let isKeyframe = packet.isKeyframe
        #expect(isKeyframe)
        return (packet.presentationTime, packet.pointer.pointee.dts)
    }

    @Test(
        "A seek leads to its point at once, with B-frames too", arguments: ["source.mp4", "source.mkv", "source.avi"])
    func seeks(name: String) throws {
        let demuxer = try demuxer(name, [])
        let index = try #require(try demuxer.index(of: 0, keeping: [0], offset: 0))
        #expect(index.points.count == 7)
        for point in index.points {
            #expect(try demuxer.seek(to: point, of: 0))
            let (presentation, decoding) = try keyframe(demuxer)
            if let expected = point.decoding { #expect(decoding == expected) }
            // AVI has no PTS.
            if name != "source.avi" { #expect(presentation == point.presentation) }
        }
    }

    @Test("The sizes of all packets are known by the index", arguments: ["source.mp4", "source.avi"])
    func sizes(name: String) throws {
        let demuxer = try demuxer(name, [])
        let sizes = try #require(try demuxer.packetSizes(of: 0, offset: 0))
        #expect(sizes.count == 200 && sizes.packets.count == 192)
        let period =
            Int64(demuxer.info.streams[0].timeBase.denominator) / 25 / Int64(demuxer.info.streams[0].timeBase.numerator)
        var (total, inside, others) = (0.0, 0.0, 0)
        while let packet = try demuxer.read() {
            if packet.isKeyframe { continue }
            total += Double(packet.byteCount)
            others += 1
            if (50..<60).contains(others) { inside += Double(packet.byteCount) }
        }
        #expect(others == 192)
        let means = sizes.means(of: 10)
        #expect(means.count == 19 && abs(means.reduce(0, +) - total / 10) < 0.02 * total)
        // The 50th that is no keyframe follows the third keyframe.
        let start = sizes.packets[49].presentation
        let mean = try #require(sizes.mean(in: start..<(start + 10 * period)))
        #expect(abs(mean - inside / 10) < 1e-6)
        #expect(sizes.mean(in: 1_000_000..<1_000_001) == nil)
    }

    @Test(
        "There are no sizes without an index of packets",
        arguments: [("s.mkv", []), ("s.mp4", ["-movflags", "frag_keyframe"])])
    func noSizes(name: String, options: [String]) throws {
        #expect(try demuxer(name, options).packetSizes(of: 0, offset: 0) == nil)
    }

    @Test(
        "Points of open GOPs are found, whose keyframes have other delays than the first one", .timeLimit(.minutes(1)))
    func openGOPs() throws {
        let demuxer = try demuxer("open.mp4", ["-x264-params", "open-gop=1:b-pyramid=normal:bframes=3"])
        let index = try #require(try demuxer.index(of: 0, keeping: [0], offset: 0))
        #expect(index.points.count >= 6)
        for point in index.points {
            let resolved = try #require(try demuxer.resolve(point, of: 0, index.division, offset: 0))
            #expect(resolved.decoding == point.decoding)
            #expect(try demuxer.seek(to: resolved, of: 0))
            let (presentation, decoding) = try keyframe(demuxer)
            #expect(decoding == point.decoding && presentation == resolved.presentation)
        }
    }
}
