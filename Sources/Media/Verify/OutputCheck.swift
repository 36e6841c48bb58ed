import CFFmpeg
public import Containers
import Findings
public import Threads

/// Reads an output as a player would and compares it with what was written.
public enum OutputCheck {
    /// Checks a finished output, all of whose bytes can be read.
    ///
    /// - Returns: what the output holds.
    /// - Throws: `ReportedError` of code `verification` if it differs; what the source threw.
    public static func verify(
        _ output: any ByteSource, _ expected: OutputExpectation, cancellation: Cancellation
    ) throws -> MediaInfo {
        if expected.container == .matroska { try checkCues(output, expected, cancellation) }
        let demuxer = try Demuxer(output, cancellation: cancellation)
        let reading = try OutputScan(
            demuxer, .everything, sample: { expected.samples[$0] }, size: expected.size, timeBase: expected.timeBase)
        try compare(reading, expected)
        return reading.info
    }

    /// Checks an output that was written and can't be read again: follows its structure and decodes its samples.
    static func verify(
        _ written: WrittenOutput, _ expected: OutputExpectation, cancellation: Cancellation
    ) throws -> OutputScan {
        let reading: OutputScan
        if let streamed = written.streamed {
            try checkCues(written.structure, expected, cancellation)
            reading = streamed
        } else {
            let demuxer = try Demuxer(written.structure, reading: .structure, cancellation: cancellation)
            reading = try OutputScan(
                demuxer, .retained(written.structure), sample: { expected.samples[$0] }, size: expected.size,
                timeBase: expected.timeBase)
        }
        try compare(reading, expected)
        guard reading.comparedFrames > 0 else { throw failure("none of its frames could be compared") }
        return reading
    }

    private static func compare(_ reading: OutputScan, _ expected: OutputExpectation) throws {
        let times = reading.times
        guard times.count == expected.frames else {
            throw failure("it holds \(counted(times.count, "frame")), not \(expected.frames)")
        }
        let length = rescale(times.last - times.first, from: expected.timeBase, to: microseconds)
        let wanted = rescale(expected.lastTime - expected.firstTime, from: expected.timeBase, to: microseconds)
        let frame = rescale(expected.frameDuration, from: expected.timeBase, to: microseconds)
        // Matroska rounds timestamps to the millisecond, at both ends; MP4 keeps every tick.
        let rounding: Int64 = expected.container == .matroska ? 1000 : 0
        guard abs(length - wanted) <= max(frame, 1000) + rounding else {
            throw failure("it lasts \(length) µs from first to last frame, not \(wanted)")
        }
        guard expected.container == .matroska || times.digest == expected.timeDigest else {
            throw failure("its timestamps differ from the source's")
        }
        let keyframes = expected.samples.keyframeCount
        guard reading.keyframes == keyframes else {
            throw failure("it marks \(counted(reading.keyframes, "keyframe")), not \(keyframes)")
        }
        guard reading.copiedPackets >= expected.copiedPackets else {
            throw failure(
                "it holds \(counted(reading.copiedPackets, "packet")) of copied streams, not \(expected.copiedPackets)")
        }
    }

    /// Checks a Matroska file's Cues: packets can be read without them.
    private static func checkCues(
        _ output: any ByteSource, _ expected: OutputExpectation, _ cancellation: Cancellation
    ) throws {
        let demuxer = try Demuxer(output, reading: .headers, cancellation: cancellation)
        let info = demuxer.info
        let entries = try demuxer.indexEntries(of: video(of: info).index)
        let keyframes = expected.samples.keyframeCount
        guard entries == keyframes else {
            throw failure("its index lists \(entries) of \(counted(keyframes, "keyframe"))")
        }
        guard let duration = info.duration, duration > 0 else { throw failure("its headers have no duration") }
    }

    static func video(of info: MediaInfo) throws -> StreamInfo {
        let video = info.streams.first { $0.kind == .video && $0.codec == "hevc" }
        guard let video else { throw failure("it has no HEVC stream") }
        return video
    }

    private static let microseconds = Rational(1, 1_000_000)

    /// A number with its noun, in the plural where it is not 1.
    private static func counted(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    static func failure(_ what: String) -> ReportedError {
        ReportedError(
            .verification, .verify, "the output is wrong: \(what)", advice: "please report this with the source")
    }
}
