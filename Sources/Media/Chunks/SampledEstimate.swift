public import Containers
import Findings
public import Threads

extension TranscodePlan {
    /// Searches the highest CRF at which the video holds a target.
    ///
    /// - Parameter target: of the mean XPSNR, in dB.
    /// - Returns: the plan's own CRF, without probes, for a video that can't be sampled.
    /// - Throws: `ReportedError`, or what the source threw.
    public func choosingCRF(
        target: Double, _ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation
    ) throws -> CRFChoice {
        let sizes = try packetSizes(source, settings, cancellation: cancellation)
        var samples = try VideoSamples(source, self, sizes, settings, cancellation: cancellation)
        return try samples?.chooseCRF(target: target)
            ?? CRFChoice(target: target, crf: encoder.crf, isReached: true, expected: nil, probes: [])
    }
}

extension VideoSamples {
    /// - Returns: nil if no spot has a frame.
    fileprivate mutating func chooseCRF(target: Double) throws -> CRFChoice? {
        var search = CRFSearch(target: target, maxProbes: rounds)
        guard let start = try scout(search) else { return nil }
        search = CRFSearch(target: target, maxProbes: rounds, first: start)
        while true {
            switch search.next {
            case .done(let choice): return choice
            case .probe(let crf):
                guard let probe = try probe(crf: crf) else { return nil }
                search.add(probe)
            }
        }
    }
}

/// What encoding a video would give, by samples.
public struct SampledEstimate: Sendable {
    public var crf: Double
    /// Of the whole output.
    public var bytes: Double
    /// Of this machine.
    public var cpuSeconds: Double
}

extension TranscodePlan {
    /// Estimates the output and the work, from samples.
    ///
    /// - Parameter target: of the mean XPSNR, in dB, for which the CRF is searched; nil takes the encoder's CRF.
    /// - Throws: `ReportedError`, or what the source threw; of code `unreadableSource` if the samples have no frame.
    public func estimating(
        target: Double?, _ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation
    ) throws -> SampledEstimate {
        let sizes = try packetSizes(source, settings, cancellation: cancellation)
        var spread = try VideoSamples(
            source, self, sizes, settings, isEstimate: true, searches: target != nil, cancellation: cancellation)
        let choice = try target.flatMap { try spread?.chooseCRF(target: $0) }
        let crf = choice?.crf ?? encoder.crf
        var samples = spread ?? VideoSamples(startOf: self, source, sizes, settings, cancellation: cancellation)
        let probe = try choice?.probes.min { abs($0.crf - crf) < abs($1.crf - crf) } ?? samples.probe(crf: crf)
        guard let probe else {
            throw ReportedError(.unreadableSource, .decode, "the samples of the video have no frame")
        }
        let searchSeconds = (choice?.probes.map(\.cpuSeconds).reduce(0, +) ?? 0) * samples.searchShare
        let frames = max(Double(probe.frames), samples.total)
        return SampledEstimate(
            crf: crf, bytes: probe.bytes(frames: frames, crf: crf) + copiedBytes(source.size),
            cpuSeconds: probe.frameSeconds * frames + searchSeconds)
    }

    /// Bytes of the streams that are copied, by their bit rates: some containers have none, and usual ones count then.
    private func copiedBytes(_ size: UInt64) -> Double {
        let copied = source.streams.filter { output.copied.contains($0.index) }
        let bits = copied.map { stream in
            stream.bitRate.map(Double.init) ?? (stream.kind == .audio ? Self.usualAudio : 0)
        }
        return min(Double(size), bits.reduce(0, +) / 8 * (source.duration ?? 0))
    }

    /// Bits per second.
    private static let usualAudio = 128_000.0
}
