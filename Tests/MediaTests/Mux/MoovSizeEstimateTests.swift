import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Estimate of moov's size") struct MoovSizeEstimateTests {
    /// Encodes without a window, so that the room for the index is the estimate.
    @Test(
        "The estimate holds a real clip's moov without much padding",
        arguments: ["bikes", "bigbuckbunny", "carphone_pristine"])
    func realClip(clip: String) throws {
        let source = MemorySource(try Clips.bytes(clip))
        let settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 2)
        let transcode = try Transcode(source, settings, cancellation: Cancellation())
        let estimate = MoovSizeEstimate.bytes(for: transcode.plan.source, transcode.plan.output)
        let sink = MemorySink()
        _ = try transcode.run(into: sink)
        // Small outputs have an index of exactly its size, right behind the ftyp box.
        let fileType = Int(word(sink.bytes, at: 0))
        let index = UInt64(word(sink.bytes, at: fileType))
        #expect(index + 8 <= estimate, "\(index) bytes don't fit into \(estimate)")
        #expect(estimate < index * 4, "\(estimate) bytes are kept for \(index)")
    }

    private func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
