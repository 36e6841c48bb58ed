import CFFmpeg
import Containers
import Findings
import TestSupport
import Testing
import Threads

@testable import Media

/// The check of an output against what went in: a right one passes, each kind of wrong one is found.
@Suite("Output check") struct OutputCheckTests {
    private let clip: [UInt8]

    init() throws {
        clip = try Clips.bytes("carphone_pristine")
    }

    private func encode(_ container: Container, keyframeEvery frames: Int = 30) throws -> (TranscodeResult, [UInt8]) {
        var encoder = EncoderSettings(preset: "ultrafast")
        encoder.parameters = [.init(name: "keyint", value: "\(frames)"), .init(name: "min-keyint", value: "\(frames)")]
        let settings = TranscodeSettings(encoder: encoder, container: container, threads: 2)
        let sink = MemorySink()
        let transcode = try Transcode(MemorySource(clip), settings, cancellation: Cancellation())
        let result = try transcode.run(into: sink)
        return (result, sink.bytes)
    }

    private func check(_ bytes: [UInt8], _ expectation: OutputExpectation) throws {
        _ = try OutputCheck.verify(MemorySource(bytes), expectation, cancellation: Cancellation())
    }

    @Test("A right output passes while it is written and when it is read again", arguments: Container.allCases)
    func right(container: Container) throws {
        let (result, bytes) = try encode(container)
        #expect(result.comparedFrames == 4)
        try check(bytes, result.expectation)
    }

    /// 120 keyframes are far more than samples; those that are left are spread over all of them.
    @Test("Of many keyframes a few are compared", arguments: Container.allCases)
    func manyKeyframes(container: Container) throws {
        let (result, bytes) = try encode(container, keyframeEvery: 1)
        #expect(result.expectation.samples.keyframeCount == 120)
        #expect((4...24).contains(result.comparedFrames))
        try check(bytes, result.expectation)
    }

    @Test("An expectation that is not met is named") func expectations() throws {
        let (result, bytes) = try encode(.mp4)
        let wrongs: [(change: (inout OutputExpectation) -> Void, words: String)] = [
            ({ $0.frames += 1 }, "frames, not"), ({ $0.timeDigest ^= 1 }, "timestamps differ"),
            ({ $0.lastTime += $0.frameDuration * 2 }, "it lasts"), ({ $0.copiedPackets += 1 }, "copied streams"),
        ]
        for wrong in wrongs {
            var expectation = result.expectation
            wrong.change(&expectation)
            let error = #expect(throws: ReportedError.self) { try check(bytes, expectation) }
            #expect(error?.code == .verification && error?.message.contains(wrong.words) == true)
        }
    }

    /// A player would seek to a frame that it can't begin with.
    @Test("More keyframes than the encoder made are found", arguments: Container.allCases)
    func keyframeCount(container: Container) throws {
        let (result, bytes) = try encode(container)
        var expectation = result.expectation
        expectation.samples = VerificationSamples()
        for _ in 0..<3 { _ = expectation.samples.add(FrameProof()) }
        let error = #expect(throws: ReportedError.self) { try check(bytes, expectation) }
        let words = container == .matroska ? "its index lists 4 of 3 keyframes" : "it marks 4 keyframes, not 3"
        #expect(error?.code == .verification && error?.message.contains(words) == true)
    }

    /// Matroska's timestamps are rounded, so that their digest isn't compared: the number of frames is.
    @Test("More or fewer frames than went in are found", arguments: Container.allCases, [-1, 1])
    func frameCount(container: Container, missing: Int) throws {
        let (result, bytes) = try encode(container)
        var expectation = result.expectation
        expectation.frames += missing
        let error = #expect(throws: ReportedError.self) { try check(bytes, expectation) }
        #expect(error?.message.contains("120 frames, not \(120 + missing)") == true)
    }

    @Test("A damaged keyframe is found", arguments: Container.allCases)
    func damagedKeyframe(container: Container) throws {
        let (result, bytes) = try encode(container)
        var damaged = bytes
        let place = try #require(try Self.keyframe(of: bytes, number: 2))
        let middle = Int(place.lowerBound + place.upperBound) / 2
        for index in middle..<middle + 8 { damaged[index] ^= 0x55 }
        let error = #expect(throws: ReportedError.self) { try check(damaged, result.expectation) }
        #expect(error?.code == .verification && error?.message.contains("keyframe 2") == true)
    }

    /// The index of an MP4 that is written leads to the wrong bytes: nobody needs the data to see it.
    @Test("A wrong moov is found without the media data") func wrongIndex() throws {
        let (result, bytes) = try encode(.mp4)
        let data = try #require(try Self.keyframe(of: bytes, number: 0)).lowerBound
        let movie = try MoovBox(Self.box("moov", of: bytes))
        let head = Array(bytes[..<Int(data)])
        func check(head: [UInt8]) throws {
            let structure = SparseOutput(
                size: UInt64(bytes.count), isFaststart: true, data: data..<UInt64(bytes.count),
                runs: [.init(offset: 0, bytes: head), .init(offset: data, bytes: Array(bytes[Int(data)...]))])
            _ = try OutputCheck.verify(
                WrittenOutput(structure: structure, streamed: nil), result.expectation, cancellation: Cancellation())
        }
        try check(head: head)
        for distance in [Int64(-8), 8] {
            var moved = head
            let start = try #require(Self.position(of: "moov", in: bytes))
            let box = try movie.moved(by: distance)
            moved.replaceSubrange(start..<start + box.count, with: box)
            let error = #expect(throws: ReportedError.self) { try check(head: moved) }
            #expect(error?.code == .verification)
        }
    }

    @Test("A Matroska file without Cues is found") func noCues() throws {
        let (result, bytes) = try encode(.matroska)
        let cues = try #require(bytes.lastIndex(of: [0x1C, 0x53, 0xBB, 0x6B]))
        var wrong = bytes
        // The same length as an element that players pass over.
        wrong[cues] = 0xEC
        wrong[cues + 1] = 0x50 | 0x00
        let error = #expect(throws: ReportedError.self) { try check(wrong, result.expectation) }
        #expect(error?.code == .verification && error?.message.contains("index") == true)
    }

    @Test("A frame that shows something else is found") func otherFrame() throws {
        let (result, bytes) = try encode(.mp4)
        let dark = LumaSignature(cells: Array(repeating: 0, count: 144))
        var samples = VerificationSamples()
        for _ in 0..<4 { _ = samples.add(FrameProof(signature: dark)) }
        var expectation = result.expectation
        expectation = OutputExpectation(
            container: .mp4, frames: expectation.frames, timeDigest: expectation.timeDigest,
            timeBase: expectation.timeBase, firstTime: expectation.firstTime, lastTime: expectation.lastTime,
            frameDuration: expectation.frameDuration, copiedPackets: expectation.copiedPackets,
            size: expectation.size, samples: samples)
        let error = #expect(throws: ReportedError.self) { try check(bytes, expectation) }
        #expect(error?.message.contains("doesn't show the source's frame") == true)
    }

    /// What an encoder's fault or a damaged byte changes may look alike.
    @Test("A keyframe that decodes to other samples than the encoder's is found", arguments: Container.allCases)
    func otherSamples(container: Container) throws {
        let (result, bytes) = try encode(container)
        var expectation = result.expectation
        expectation.samples = VerificationSamples()
        for _ in 0..<4 { _ = expectation.samples.add(FrameProof(reconstructionCRC: 1)) }
        let error = #expect(throws: ReportedError.self) { try check(bytes, expectation) }
        #expect(error?.message.contains("keyframe 0 decodes to other samples than the encoder's") == true)
    }

    /// What is wrong ends a transcode, and not only a check: the muxer's bytes are looked at on their way.
    @Test("A damaged Matroska output is found while it is written") func liveCheck() throws {
        let (result, bytes) = try encode(.matroska)
        let reading = try LiveCheck(
            size: result.expectation.size, timeBase: result.expectation.timeBase, cancellation: Cancellation())
        reading.expect(result.expectation.samples)
        let place = try #require(try Self.keyframe(of: bytes, number: 1))
        var damaged = bytes
        for index in Int(place.lowerBound) + 40..<Int(place.lowerBound) + 60 { damaged[index] ^= 0xFF }
        let error = #expect(throws: ReportedError.self) {
            try damaged.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 1000) {
                    let piece = bytes[start..<min(start + 1000, bytes.count)]
                    try reading.take(UnsafeRawBufferPointer(rebasing: piece))
                }
            }
            _ = try reading.finish()
        }
        #expect(error?.code == .verification && error?.message.contains("keyframe 1") == true)
    }

    private static func keyframe(of bytes: [UInt8], number: Int) throws -> Range<UInt64>? {
        let demuxer = try Demuxer(MemorySource(bytes), cancellation: Cancellation())
        let video = try demuxer.mainVideo()
        var left = number
        while let packet = try demuxer.read() {
            guard packet.streamIndex == video, packet.isKeyframe else { continue }
            if left == 0 { return packet.byteRange }
            left -= 1
        }
        return nil
    }

    private static func position(of type: String, in bytes: [UInt8]) -> Int? {
        bytes.firstIndex(of: Array(type.utf8)).map { $0 - 4 }
    }

    private static func box(_ type: String, of bytes: [UInt8]) throws -> [UInt8] {
        let start = try #require(position(of: type, in: bytes))
        let size = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        return Array(bytes[start..<start + size])
    }
}

extension [UInt8] {
    fileprivate func firstIndex(of pattern: [UInt8]) -> Int? {
        (0...Swift.max(0, count - pattern.count)).first { self[$0...].starts(with: pattern) }
    }

    fileprivate func lastIndex(of pattern: [UInt8]) -> Int? {
        (0...Swift.max(0, count - pattern.count)).last { self[$0...].starts(with: pattern) }
    }
}
