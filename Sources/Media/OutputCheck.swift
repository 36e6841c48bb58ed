internal import CFFmpeg

/// Reads a finished output as a player would and holds it against what went in.
public enum OutputCheck {
    /// - Returns: what the output holds.
    /// - Throws: `MediaError` of code `verification` where it differs; what the source threw.
    public static func verify(
        _ output: any ByteSource, _ expected: OutputExpectation, cancellation: Cancellation
    ) throws -> MediaInfo {
        let demuxer = try Demuxer(output, cancellation: cancellation)
        let info = demuxer.info
        guard let video = info.streams.first(where: { $0.kind == .video && $0.codec == "hevc" }) else {
            throw failure("it has no HEVC stream")
        }
        var times = PresentationLedger()
        var copiedPackets = 0
        while let packet = try demuxer.read() {
            if packet.streamIndex == video.index {
                guard let time = packet.presentationTime else { throw failure("a picture has no time") }
                times.add(rescale(time, from: video.timeBase, to: expected.timeBase))
            } else {
                copiedPackets += 1
            }
        }
        guard times.count == expected.frames else {
            throw failure("it holds \(times.count) pictures, not \(expected.frames)")
        }
        let length = rescale(times.last - times.first, from: expected.timeBase, to: microseconds)
        let wanted = rescale(expected.lastTime - expected.firstTime, from: expected.timeBase, to: microseconds)
        let frame = rescale(expected.frameDuration, from: expected.timeBase, to: microseconds)
        guard abs(length - wanted) <= max(frame, 1000) else {
            throw failure("it lasts \(length) µs from first to last picture, not \(wanted)")
        }
        // Matroska rounds times to the millisecond; MP4 keeps every tick.
        guard expected.container == .matroska || times.digest == expected.timeDigest else {
            throw failure("its pictures have other times than the source's")
        }
        guard copiedPackets >= expected.copiedPackets else {
            throw failure("it holds \(copiedPackets) packets of copied streams, not \(expected.copiedPackets)")
        }
        return info
    }

    private static let microseconds = Rational(1, 1_000_000)

    private static func failure(_ what: String) -> MediaError {
        MediaError(.verification, .verify, "the output is wrong: \(what)", advice: "please report this with the source")
    }
}
