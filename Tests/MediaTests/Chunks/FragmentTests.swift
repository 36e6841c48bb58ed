import Containers
import Findings
import Synchronization
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Chunks of fragmented MP4") struct FragmentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func source(_ flags: String, _ more: [String] = []) throws -> [UInt8] {
        let path = folder("source.mp4")
        let inputs = ["testsrc2=size=192x108:rate=25:duration=12,noise=alls=40:allf=t", "sine=duration=12"].flatMap {
            ["-f", "lavfi", "-i", $0]
        }
        let codecs = [
            "-c:v", "libx264", "-crf", "4", "-g", "24", "-bf", "2", "-preset", "ultrafast", "-threads", "1", "-c:a",
            "aac",
        ]
        let arguments =
            ["ffmpeg", "-v", "error", "-nostdin", "-y"] + inputs + more + codecs + ["-movflags", flags, path]
        let outcome = try Command(arguments).run()
        try #require(outcome.end == .exit(0), "\(outcome.error)")
        return try FileBytes.read(path)
    }

    private var settings: TranscodeSettings {
        var settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 2)
        settings.chunking = .frames(48)
        return settings
    }

    @Test(
        "They are entered at fragments, and hold what is read from the start",
        arguments: [
            ("frag_keyframe+empty_moov", []), ("dash+delay_moov", []),
            ("cmaf+delay_moov", ["-frag_duration", "960000"]), ("frag_keyframe+empty_moov+separate_moof", []),
        ])
    func entered(flags: String, more: [String]) throws {
        let bytes = try source(flags, more)
        let plan = try TranscodePlan(MemorySource(bytes), settings, cancellation: Cancellation())
        #expect(plan.chunks.count >= 4 && plan.division == .decodingTime)
        for chunk in plan.chunks.dropFirst() {
            guard case .fragment? = chunk.cut?.seek else {
                Issue.record("\(chunk)")
                return
            }
        }
        let chunks = try plan.chunks.indices.map { index in
            let (sink, part) = (MemorySink(), CoverageSource(bytes))
            let encoding = try ChunkEncoding(
                part, plan, chunk: index, leadIn: 1, settings, cancellation: Cancellation())
            _ = try encoding.run(into: sink)
            // Two seconds at the start, and the chunk with a second before it.
            if index == plan.chunks.count - 1 { #expect(part.share < 0.7, "\(part.share)") }
            return MemorySource(sink.bytes)
        }
        let (output, whole) = (MemorySink(), MemorySink())
        let result = try ChunkAssembly(plan, chunks, damageTolerance: 0.01).run(
            into: output, cancellation: Cancellation())
        var one = settings
        one.chunking = .off
        let live = try Transcode(MemorySource(bytes), one, cancellation: Cancellation()).run(into: whole)
        #expect(result.frames == live.frames && live.frames.written == 300)
        #expect(result.expectation.timeDigest == live.expectation.timeDigest)
        #expect(result.expectation.copiedPackets == live.expectation.copiedPackets)
        #expect(result.comparedFrames > 0)
    }

    @Test("Where fragments don't say enough, the source is read from the start") func fromTheStart() throws {
        let subtitles = folder("words.srt")
        try FileBytes.write("1\n00:00:01,000 --> 00:00:02,000\nword\n".utf8, to: subtitles)
        let flags = "frag_keyframe+empty_moov"
        for bytes in [
            try source(flags, ["-i", subtitles, "-map", "0", "-map", "1", "-map", "2", "-c:s", "mov_text"]),
            try renamed(source(flags), "tfdt", "free"),
            // Most keyframes are in the middle of fragments; the first samples are in none.
            try source("cmaf+delay_moov", ["-frag_duration", "1300000"]), try source("frag_keyframe"),
        ] {
            let plan = try TranscodePlan(MemorySource(bytes), settings, cancellation: Cancellation())
            #expect(plan.chunks.count >= 4 && plan.division == .order)
        }
    }

    private func renamed(_ bytes: [UInt8], _ name: String, _ other: String) throws -> [UInt8] {
        let (name, other) = (Array(name.utf8), Array(other.utf8))
        var bytes = bytes
        for start in 0..<bytes.count - 4 where bytes[start] == name[0] && bytes[start..<start + 4].elementsEqual(name) {
            bytes.replaceSubrange(start..<start + 4, with: other)
        }
        return bytes
    }
}

/// Bytes in memory that notes which of them were read.
private final class CoverageSource: ByteSource {
    private let inner: MemorySource
    private let blocks = Mutex<Set<UInt64>>([])
    private static let block: UInt64 = 4096

    init(_ bytes: [UInt8]) { inner = MemorySource(bytes) }

    var size: UInt64 { inner.size }

    /// The part that was read.
    var share: Double { Double(blocks.withLock { $0.count }) * Double(Self.block) / Double(size) }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try inner.read(at: offset, into: buffer)
        guard count > 0 else { return 0 }
        let range = offset / Self.block...(offset + UInt64(count) - 1) / Self.block
        blocks.withLock { $0.formUnion(range) }
        return count
    }
}
