import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import Media

/// Every limit, lowered until a real clip is over it: the error names the limit and the value.
@Suite("Source limits") struct SourceLimitsTests {
    private let clip: [UInt8]

    init() throws {
        clip = try Clips.bytes("bigbuckbunny")
    }

    private func error(_ clip: [UInt8]? = nil, _ change: (inout SourceLimits) -> Void) -> ReportedError? {
        var settings = TranscodeSettings(encoder: EncoderSettings(preset: "ultrafast"), threads: 2)
        change(&settings.limits)
        return #expect(throws: ReportedError.self) {
            let transcode = try Transcode(MemorySource(clip ?? self.clip), settings, cancellation: Cancellation())
            _ = try transcode.run(into: MemorySink())
        }
    }

    @Test("A frame's area is limited") func frameArea() {
        let error = error { $0.frameArea = 1280 * 720 - 1 }
        #expect(error?.code == .limit && error?.message.contains("1280×720") == true)
        #expect(error?.message.contains("921599") == true)
    }

    @Test("A frame's width and height are limited") func frameSide() {
        #expect(error { $0.frameSide = 1279 }?.code == .limit)
    }

    @Test("The number of streams is limited") func streams() {
        let error = error { $0.streams = 1 }
        #expect(error?.code == .limit && error?.message.contains("1") == true)
    }

    @Test("The duration is limited") func duration() {
        let error = error { $0.duration = 2 }
        #expect(error?.code == .limit && error?.message.contains("limit of 2 s") == true)
    }

    @Test("The frame rate is limited") func frameRate() throws {
        // 120 frames in four seconds; ten seconds' worth is let through at any rate.
        let error = error(try Clips.bytes("carphone_pristine")) { $0.frameRate = 10 }
        #expect(error?.code == .limit && error?.message.contains("limit is 10 per second") == true)
    }

    @Test("The bytes before the first packet are limited") func bytesBeforeFirstPacket() {
        let error = error { $0.openBytes = 10_000 }
        #expect(error?.code == .limit && error?.message.contains("without a packet") == true)
    }

    @Test("The default limits accept 8K") func eightK() throws {
        let limits = SourceLimits()
        try limits.check(Resolution(width: 7680, height: 4320))
        try limits.check(Resolution(width: 4320, height: 8192))
        for size in [Resolution(width: 65535, height: 65535), Resolution(width: 20_000, height: 100)] {
            #expect(throws: ReportedError.self) { try limits.check(size) }
        }
    }

    /// What an upload costs before it is known to be no video.
    @Test("Opening a file reads few bytes") func opening() throws {
        let source = CountingSource(clip)
        _ = try Transcode(source, TranscodeSettings(threads: 1), cancellation: Cancellation())
        #expect(source.bytesRead < 2 << 20, "\(source.bytesRead)")
    }
}
