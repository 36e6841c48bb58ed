import Containers

/// How large an MP4's index is likely to become, before its samples are known.
///
/// Every sample costs bytes in the sample tables: size, composition offset, and its share of chunk offsets. An estimate
/// that is too small costs a second pass over the output, one that is too large costs its slack.
enum MoovSizeEstimate {
    /// Bytes for the `moov` box.
    static func bytes(for source: MediaInfo, _ plan: OutputPlan) -> UInt64 {
        let length = source.duration ?? 0
        var total = 6144.0 + Double(source.streams.count) * 1024 + Double(source.chapterCount) * 256
        let video = source.streams[plan.mainVideo]
        let pictures = video.packetCount.map(Double.init) ?? length * (video.frameRate?.value ?? 25)
        // Sizes 4, composition offsets 8, chunks 20, sync samples; times 8 where the clock is too coarse for a
        // constant step.
        total += pictures * (isCoarse(video.timeBase) ? 41 : 33)
        for index in plan.copied {
            let stream = source.streams[index]
            // An MP4 keeps its cover in the index.
            total += Double(stream.coverBytes ?? 0)
            let packets = stream.packetCount.map(Double.init) ?? length * packetRate(stream)
            total += packets * (isCoarse(stream.timeBase) ? 12 : 4) + min(packets, pictures) * 20
        }
        return UInt64(min(total * 1.05, Double(512 << 20)))
    }

    private static func isCoarse(_ timeBase: Rational) -> Bool {
        timeBase.denominator <= 1000 || timeBase.denominator == 90_000
    }

    /// Packets a second; codecs have between 256 and 2048 samples a packet.
    private static func packetRate(_ stream: StreamInfo) -> Double {
        stream.kind == .audio ? Double(stream.sampleRate ?? 48_000) / 960 : 2
    }
}
