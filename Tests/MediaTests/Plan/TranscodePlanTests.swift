import FoundationEssentials
import TestSupport
import Testing
import Threads

@testable import Media

@Suite("Transcode plan")
struct TranscodePlanTests {
    private let settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 1)

    @Test("A plan is made from the source alone, and says what the transcode does")
    func planned() throws {
        let clip = try Clips.bytes("bikes")
        let plan = try TranscodePlan(MemorySource(clip), settings, cancellation: Cancellation())
        let transcode = try Transcode(MemorySource(clip), settings, cancellation: Cancellation())
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(plan) == encoder.encode(transcode.plan))
        #expect(plan.chunks == [.whole] && plan.tracks.map(\.stream) == plan.output.kept.sorted())
    }

    @Test("A plan that was written and read makes the same output")
    func roundTrip() throws {
        let clip = try Clips.bytes("bikes")
        let plan = try TranscodePlan(MemorySource(clip), settings, cancellation: Cancellation())
        let written = try JSONEncoder().encode(plan)
        let read = try JSONDecoder().decode(TranscodePlan.self, from: written)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(read) == encoder.encode(plan))
        #expect(read.tracks.map(\.parameters) == plan.tracks.map(\.parameters))
    }

    @Test("Whether frames are measured is in the plan, so that all workers of a video do the same")
    func measuring() throws {
        var settings = settings
        settings.encoder.measures = false
        let plan = try TranscodePlan(MemorySource(try Clips.bytes("bikes")), settings, cancellation: Cancellation())
        let read = try JSONDecoder().decode(TranscodePlan.self, from: JSONEncoder().encode(plan))
        #expect(!read.encoder.measures)
    }
}
