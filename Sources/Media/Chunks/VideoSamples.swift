public import Containers
import Findings
import Glibc
public import Threads

/// Short parts of a video, spread over it, that are encoded as the whole would be: same preset, crop, scale and
/// deinterlacing. They tell the quality, the bytes and the work of the whole at a CRF.
public struct VideoSamples {
    private let source: any ByteSource
    private let plan: TranscodePlan
    private let spots: [Chunk]
    private let settings: TranscodeSettings
    private let cancellation: Cancellation
    /// CRFs that may be tried.
    public let rounds: Int

    /// Frames after a random access point before the spot begins: the first frames' quality and deinterlacing depend on
    /// those before.
    private static let framesBefore: Int64 = 3
    /// Frames of a video that is sampled at its start only.
    private static let framesAtStart: Int64 = 96
    /// Spots of a source that can't be entered: it is read from the start for each.
    private static let mostReadings = 4

    /// Finds the spots.
    ///
    /// - Returns: nil for a video that is too short, or that has no random access points.
    /// - Throws: `ReportedError`, or what the source threw.
    public init?(
        _ source: any ByteSource, _ plan: TranscodePlan, _ settings: TranscodeSettings, cancellation: Cancellation
    ) throws {
        let total = plan.source.duration.map { $0 * plan.frameRate }
        guard plan.encoder.allowsChunks, total != nil || plan.isChunked, let size = SamplePlan(total: total) else {
            return nil
        }
        var divided = plan
        if let total, plan.chunks.count <= size.spots {
            var finer = settings
            finer.chunking = .frames(max(size.frames, Int(total) / (size.spots + 1)))
            divided = try plan.divided(source, finer, cancellation: cancellation)
        }
        let parts = Array(divided.chunks.dropFirst())
        let canSeek = parts.allSatisfy { $0.cut?.seek != RandomAccessPoint.Seek.none }
        let count = min(parts.count, canSeek ? size.spots : Self.mostReadings)
        guard count > 0 else { return nil }
        let period = plan.video.frameRate.period(in: plan.video.timeBase)
        spots = (0..<count).map { number in
            var spot = parts[number * parts.count / count]
            let start = (spot.start ?? 0) + Self.framesBefore * period
            (spot.index, spot.entry, spot.start) = (0, spot.cut, start)
            spot.end = start + Int64(size.frames) * period
            return spot
        }
        (self.source, self.plan, self.settings, self.cancellation) = (source, divided, settings, cancellation)
        rounds = size.rounds
    }

    /// The start of a video that is too short for spots, or that can't be entered elsewhere.
    fileprivate init(
        startOf plan: TranscodePlan, _ source: any ByteSource, _ settings: TranscodeSettings,
        cancellation: Cancellation
    ) {
        var start = Chunk.whole
        start.end = Self.framesAtStart * plan.video.frameRate.period(in: plan.video.timeBase)
        (self.source, self.plan, self.settings, self.cancellation) = (source, plan, settings, cancellation)
        (spots, rounds) = ([start], 1)
    }

    /// Encodes the samples.
    ///
    /// - Returns: nil if no spot has a frame.
    /// - Throws: `ReportedError`, or what the source threw.
    public func probe(crf: Double) throws -> CRFProbe? {
        let begun = processorSeconds()
        var all = QualitySums()
        var worst = FrameQuality.best
        var probe = CRFProbe(crf: crf, mean: 0, worst: 0)
        for spot in spots {
            let quality = try encode(spot, crf: crf, &probe)
            guard quality.frames > 0 else { continue }
            all = all + quality
            worst = min(worst, quality.mean)
        }
        guard all.frames > 0 else { return nil }
        (probe.mean, probe.worst, probe.frames) = (all.mean, worst, all.frames)
        probe.cpuSeconds = processorSeconds() - begun
        return probe
    }

    private func encode(_ spot: Chunk, crf: Double, _ probe: inout CRFProbe) throws -> QualitySums {
        let pipeline = Pipeline(cancellation)
        var plan = plan
        plan.chunks = [spot]
        plan.encoder.crf = crf
        plan.encoder.measures = true
        let demuxing = try ChunkDemuxStage(
            source, plan, spot, leadIn: 1, copies: false, settings, cancellation: cancellation, onEnd: {})
        // As a chunk in the middle of a video.
        let role = EncoderRole.chunk(1, processors: settings.threads)
        let encoder = try HEVCEncoder(plan.video, plan.encoder, role, logs: settings.logs)
        let filters = try FilterChain(for: plan.video, threads: settings.threads)
        let running = try RunningStages(
            demuxing, FilterStage(filters, plan.video, window: spot.window), EncodeStage(encoder, plan.video),
            pipeline)
        while let unit = pipeline.coded.pop() {
            switch consume unit {
            case .read: break
            case .copied: break
            case .accessUnit(let unit):
                let bytes = UInt64(unit.packet.byteCount)
                if unit.isKeyframe {
                    probe.keyframes += 1
                    probe.keyframeBytes += bytes
                } else {
                    probe.otherBytes += bytes
                }
            }
        }
        let outcome = running.join()
        try pipeline.rethrow()
        try cancellation.check()
        return outcome?.encoded.statistics.quality ?? QualitySums()
    }

    /// CPU time of the process.
    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension TranscodePlan {
    /// Searches the highest CRF at which the video holds a target.
    ///
    /// - Parameter target: of the mean XPSNR, in dB.
    /// - Returns: the plan's own CRF, without probes, for a video that can't be sampled.
    /// - Throws: `ReportedError`, or what the source threw.
    public func choosingCRF(
        target: Double, _ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation
    ) throws -> CRFChoice {
        let unknown = CRFChoice(target: target, crf: encoder.crf, isReached: true, expected: nil, probes: [])
        guard let samples = try VideoSamples(source, self, settings, cancellation: cancellation) else { return unknown }
        var search = CRFSearch(target: target, maxProbes: samples.rounds)
        while true {
            switch search.next {
            case .done(let choice): return choice
            case .probe(let crf):
                guard let probe = try samples.probe(crf: crf) else { return unknown }
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
        let choice = try target.map {
            try choosingCRF(target: $0, source, settings, cancellation: cancellation)
        }
        let crf = choice?.crf ?? encoder.crf
        var probe = choice?.probes.min { abs($0.crf - crf) < abs($1.crf - crf) }
        if probe == nil {
            let samples =
                try VideoSamples(source, self, settings, cancellation: cancellation)
                ?? VideoSamples(startOf: self, source, settings, cancellation: cancellation)
            probe = try samples.probe(crf: crf)
        }
        guard let probe else {
            throw ReportedError(.unreadableSource, .decode, "the samples of the video have no frame")
        }
        let searched = choice?.probes.map(\.cpuSeconds).reduce(0, +) ?? 0
        return SampledEstimate(
            crf: crf, bytes: probe.bytes(frames: frameCount(probe), crf: crf) + copiedBytes(source.size),
            cpuSeconds: probe.cpuSeconds / Double(probe.frames) * frameCount(probe) + searched)
    }

    /// The video's frames; at least those of the samples.
    private func frameCount(_ probe: CRFProbe) -> Double {
        max(Double(probe.frames), (source.duration ?? 0) * frameRate)
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
