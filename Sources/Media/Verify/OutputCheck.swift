import CFFmpeg
public import Containers
import Findings
public import Threads

/// Reads an output as a player would and holds it against what went in.
public enum OutputCheck {
    /// Checks a finished output, all of whose bytes can be read.
    ///
    /// - Returns: what the output holds.
    /// - Throws: `ReportedError` of code `verification` where it differs; what the source threw.
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

    /// Checks an output that was written and can't be read: its structure is followed, its samples are decoded.
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
                demuxer, .kept(written.structure), sample: { expected.samples[$0] }, size: expected.size,
                timeBase: expected.timeBase)
        }
        try compare(reading, expected)
        guard reading.comparedFrames > 0 else { throw failure("none of its pictures could be looked at") }
        return reading
    }

    private static func compare(_ reading: OutputScan, _ expected: OutputExpectation) throws {
        let times = reading.times
        guard times.count == expected.frames else {
            throw failure("it holds \(times.count) pictures, not \(expected.frames)")
        }
        let length = rescale(times.last - times.first, from: expected.timeBase, to: microseconds)
        let wanted = rescale(expected.lastTime - expected.firstTime, from: expected.timeBase, to: microseconds)
        let frame = rescale(expected.frameDuration, from: expected.timeBase, to: microseconds)
        // Matroska rounds times to the millisecond, at either end; MP4 keeps every tick.
        let rounding: Int64 = expected.container == .matroska ? 1000 : 0
        guard abs(length - wanted) <= max(frame, 1000) + rounding else {
            throw failure("it lasts \(length) µs from first to last picture, not \(wanted)")
        }
        guard expected.container == .matroska || times.digest == expected.timeDigest else {
            throw failure("its pictures have other times than the source's")
        }
        let keyframes = expected.samples.keyframeCount
        guard reading.keyframes == keyframes else {
            throw failure("it marks \(reading.keyframes) keyframes, not \(keyframes)")
        }
        guard reading.copiedPackets >= expected.copiedPackets else {
            throw failure("it holds \(reading.copiedPackets) packets of copied streams, not \(expected.copiedPackets)")
        }
    }

    /// A Matroska file can be read without its index, so the index is looked at by itself.
    private static func checkCues(
        _ output: any ByteSource, _ expected: OutputExpectation, _ cancellation: Cancellation
    ) throws {
        let demuxer = try Demuxer(output, reading: .headers, cancellation: cancellation)
        let info = demuxer.info
        let entries = try demuxer.indexEntries(of: video(of: info).index)
        let keyframes = expected.samples.keyframeCount
        guard entries == keyframes else { throw failure("its index leads to \(entries) of \(keyframes) keyframes") }
        guard let duration = info.duration, duration > 0 else { throw failure("its headers don't say how long it is") }
    }

    static func video(of info: MediaInfo) throws -> StreamInfo {
        let video = info.streams.first { $0.kind == .video && $0.codec == "hevc" }
        guard let video else { throw failure("it has no HEVC stream") }
        return video
    }

    private static let microseconds = Rational(1, 1_000_000)

    static func failure(_ what: String) -> ReportedError {
        ReportedError(
            .verification, .verify, "the output is wrong: \(what)", advice: "please report this with the source")
    }
}
