import Containers
import Findings
import Glibc
import Threads

/// Short parts of a video, spread over it, that are encoded as the whole would be: same preset, crop, scale and
/// deinterlacing. They tell the quality, the bytes and the work of the whole at a CRF.
struct VideoSamples {
    private let source: any ByteSource
    private let plan: TranscodePlan
    private var spots: [Spot]
    private let size: SamplePlan?
    private let settings: TranscodeSettings
    private let cancellation: Cancellation
    /// Mean sizes of the source's packets, in parts of the whole video that are as long as a spot; empty where the
    /// container has no index of all packets.
    private let sourceSizes: [Double]
    /// The samples of the spots that were encoded before the others, and their CRF.
    private var scouts: [Int: (crf: Double, sample: SpotSample)] = [:]
    /// Their CPU time, until a probe counts it.
    private var scoutSeconds = 0.0
    /// The results of the first CRF, by spot.
    private var first: [SpotSample] = []
    private var correction = SpotCorrection()
    /// The video's frames, about; 0 if their number is unknown.
    let total: Double
    /// The work of an encode's own search as a share of this one's: 1, but for an estimate.
    private(set) var searchShare = 1.0

    private struct Spot {
        /// Where it begins.
        var chunk: Chunk
        /// Frames that are measured.
        var frames: Int64
        /// The mean size of the source's packets; nil where it's unknown.
        var sourceBytes: Double?
        /// Whether it stands for the whole video, which begins there.
        var isStart = false
    }

    /// CRFs that may be tried.
    var rounds: Int { size?.rounds ?? 1 }

    /// Frames after a random access point before the spot begins: the first frames' quality and deinterlacing depend on
    /// those before.
    private static let framesBefore: Int64 = 3
    /// Frames of a video that is sampled at its start only.
    private static let framesAtStart: Int64 = 96
    /// Spots of a source that can't be entered: it is read from the start for each.
    private static let mostReadings = 4
    /// In a still video, of so many spots one is not encoded.
    private static let sparedByStill = 5
    /// Random access points that are looked up for each spot.
    private static let pointsPerSpot = 2

    /// Finds the spots.
    ///
    /// - Parameters:
    ///   - sizes: of the main video's packets; nil where they are unknown.
    ///   - isEstimate: whether no encode follows.
    ///   - searches: whether the CRF is searched.
    /// - Returns: nil for a video that is too short, or that has too few random access points.
    /// - Throws: `ReportedError`, or what the source threw.
    init?(
        _ source: any ByteSource, _ plan: TranscodePlan, _ sizes: PacketSizes?, _ settings: TranscodeSettings,
        isEstimate: Bool = false, searches: Bool = true, cancellation: Cancellation
    ) throws {
        let total = sizes.map { Double($0.count) } ?? plan.source.duration.map { $0 * plan.frameRate }
        guard plan.encoder.allowsChunks, total != nil || plan.isChunked,
            var size = SamplePlan(total: total, isEstimate: isEstimate, searches: searches)
        else { return nil }
        var divided = plan
        if let total, plan.chunks.count <= size.spots * Self.pointsPerSpot {
            var finer = settings
            finer.chunking = .frames(max(1, Int(total) / (size.spots * Self.pointsPerSpot)))
            divided = try plan.divided(source, finer, cancellation: cancellation)
        }
        let parts = divided.chunks.filter { $0.cut != nil }
        if !parts.allSatisfy({ $0.cut?.seek != RandomAccessPoint.Seek.none }) {
            size.spots = min(size.spots, Self.mostReadings)
        }
        let points = parts.map { plan.start(of: $0) }
        let places = size.places(points, duration: plan.source.duration ?? points.last ?? 0)
        guard places.count > 1 else { return nil }
        let period = plan.video.frameRate.period(in: plan.video.timeBase)
        spots = places.map { place in
            var chunk = Chunk.whole
            (chunk.cut, chunk.entry) = place.entry.map { (parts[$0].cut, parts[$0].cut) } ?? (nil, nil)
            let time = rescale(Int64(place.time * 1000), from: Rational(1, 1000), to: plan.video.timeBase)
            let (start, frames) = (time + Self.framesBefore * period, Int64(size.frames))
            chunk.start = start
            // The first frame's bytes count by themselves.
            let sourceBytes = sizes?.mean(in: (start + period)..<(start + frames * period))
            return Spot(chunk: chunk, frames: frames, sourceBytes: sourceBytes)
        }
        sourceSizes = sizes?.means(of: size.frames - 1) ?? []
        self.total = total ?? 0
        if isEstimate { searchShare = Double(SamplePlan(total: total)?.spots ?? 0) / Double(size.spots) }
        (self.source, self.plan, self.settings, self.cancellation) = (source, divided, settings, cancellation)
        self.size = size
    }

    /// The start of a video that is too short for spots, or that can't be entered elsewhere.
    init(
        startOf plan: TranscodePlan, _ source: any ByteSource, _ sizes: PacketSizes?,
        _ settings: TranscodeSettings, cancellation: Cancellation
    ) {
        (self.source, self.plan, self.settings, self.cancellation) = (source, plan, settings, cancellation)
        (spots, size, sourceSizes) = ([Spot(chunk: .whole, frames: Self.framesAtStart, isStart: true)], nil, [])
        total = sizes.map { Double($0.count) } ?? (plan.source.duration ?? 0) * plan.frameRate
    }

    /// Encodes some of the spots, to find out about where a CRF is that holds a target.
    ///
    /// - Returns: nil if none of them has a frame.
    /// - Throws: `ReportedError`, or what the source threw.
    mutating func scout(_ search: CRFSearch) throws -> Double? {
        guard case .probe(let crf) = search.next else { return nil }
        let begun = processorSeconds()
        // In the spots' order, not the dictionary's, which differs from process to process.
        var samples: [SpotSample] = []
        for number in SamplePlan.scouts(of: spots.count) {
            guard let sample = try encode(spots[number], crf: crf) else { continue }
            scouts[number] = (crf, sample)
            samples.append(sample)
        }
        scoutSeconds = processorSeconds() - begun
        guard !samples.isEmpty else { return nil }
        var search = search
        search.add(CRFProbe(crf, samples))
        return search.best
    }

    /// Encodes the samples: all of them for the first CRF, some for others.
    ///
    /// - Returns: nil if no spot has a frame.
    /// - Throws: `ReportedError`, or what the source threw.
    mutating func probe(crf: Double) throws -> CRFProbe? {
        let begun = processorSeconds() - scoutSeconds
        scoutSeconds = 0
        var probe: CRFProbe
        if first.isEmpty {
            // A longer sample follows, in place of some that are alike.
            let isStill = !scouts.isEmpty && scouts.values.allSatisfy(\.sample.isStill)
            let samples = try spots.indices.map { number -> SpotSample? in
                if let scout = scouts[number] { return scout.sample.moved(by: crf - scout.crf) }
                if isStill, number % Self.sparedByStill == 0 { return nil }
                return try encode(spots[number], crf: crf)
            }
            spots = zip(spots, samples).filter { $0.1 != nil }.map { $0.0 }
            first = samples.compactMap { $0 }
            guard !first.isEmpty else { return nil }
            correction = SpotCorrection(first, whole: sourceSizes)
            correction.error *= try drift(crf: crf)
            probe = CRFProbe(crf, first, correction)
        } else {
            let chosen = size?.representatives(of: first.map(\.error)) ?? Array(spots.indices)
            let pairs = try chosen.compactMap { number in
                try encode(spots[number], crf: crf).map { (first[number], $0) }
            }
            guard !pairs.isEmpty else { return nil }
            probe = CRFProbe(crf, first, correction, changed: pairs)
        }
        probe.cpuSeconds = processorSeconds() - begun
        return probe
    }

    /// What the error has to be multiplied by for the distance from a keyframe, by a longer sample of the spot with the
    /// median bytes: other frames are cheap where that matters.
    private func drift(crf: Double) throws -> Double {
        let order = first.indices.sorted { (first[$0].frameBytes, $0) < (first[$1].frameBytes, $1) }
        let median = order[order.count / 2]
        // An estimate without a search needs no errors.
        guard !scouts.isEmpty, first[median].isStill else { return 1 }
        var spot = spots[median]
        spot.frames = Int64(SpotSample.stillFrames)
        return try encode(spot, crf: crf)?.drift(beyond: first[median].frames) ?? 1
    }

    /// - Returns: nil without a frame.
    private func encode(_ spot: Spot, crf: Double) throws -> SpotSample? {
        let pipeline = Pipeline(cancellation, readsAhead: false)
        let period = plan.video.frameRate.period(in: plan.video.timeBase)
        let sampleEnd = (spot.chunk.start ?? 0) + spot.frames * period
        var plan = plan
        plan.encoder.crf = crf
        plan.encoder.measures = true
        let processors = settings.threads
        let role = spot.isStart ? EncoderRole.chunk(0, processors: processors) : .sample(processors: processors)
        let encoder = try HEVCEncoder(plan.video, plan.encoder, role, logs: settings.logs)
        var chunk = spot.chunk
        chunk.end = sampleEnd + Int64(encoder.delay) * period
        plan.chunks = [chunk]
        let demuxing = try ChunkDemuxStage(
            source, plan, chunk, leadIn: 1, purpose: .sample, settings, cancellation: cancellation, onEnd: {})
        let filters = try FilterChain(for: plan.video, threads: settings.threads)
        var clock = SampleClock()
        let running = try RunningStages(
            demuxing, FilterStage(filters, plan.video, window: chunk.window),
            EncodeStage(encoder, plan.video, sampleEnd: sampleEnd), pipeline)
        var sample = SpotSample(isStart: spot.isStart)
        while let unit = pipeline.coded.pop() {
            switch consume unit {
            case .read: break
            case .copied: break
            case .accessUnit(let unit):
                let isInside = unit.packet.presentationTime ?? 0 < sampleEnd
                clock.add(isInside: isInside)
                if isInside { sample.add(unit.quality?.luma ?? 0, bytes: unit.packet.byteCount) }
            }
        }
        let outcome = running.join()
        try pipeline.rethrow()
        try cancellation.check()
        sample.sourceBytes = spot.sourceBytes
        sample.cpuSeconds = clock.secondsPerUnit(drained: outcome?.encoded.counts.encoded)
        return sample.frames > 0 ? sample : nil
    }
}

extension TranscodePlan {
    /// The sizes of the main video's packets.
    ///
    /// - Returns: nil where the container's index doesn't list all packets.
    func packetSizes(
        _ source: any ByteSource, _ settings: TranscodeSettings, cancellation: Cancellation
    ) throws -> PacketSizes? {
        guard PacketSizes.containers.contains(self.source.sourceContainer) else { return nil }
        let demuxer = try Demuxer(source, limits: settings.limits, cancellation: cancellation)
        let offset = StartOffset(for: output.mainVideo, keeping: output.kept, in: demuxer.context)
        return try demuxer.packetSizes(of: output.mainVideo, offset: offset.ticks(in: video.timeBase))
    }
}

/// The CPU time of the process while a sample is encoded.
private struct SampleClock {
    private let begun = processorSeconds()
    private var units = 0
    /// At the first access unit, and at the last one of the sample, with the number of units so far.
    private var first = 0.0
    private var last = (units: 0, seconds: 0.0)

    mutating func add(isInside: Bool) {
        units += 1
        let now = processorSeconds()
        if units == 1 { first = now }
        if isInside { last = (units, now) }
    }

    /// The CPU time for a frame, as it is in a long encode: from the first access unit to the last one, for each that
    /// comes out one frame goes in.
    ///
    /// - Parameter drained: frames that went in. If all of them came out, the sample is a whole video, or ends with it.
    func secondsPerUnit(drained: Int?) -> Double {
        if units == drained || last.units < 2 { return (last.seconds - begun) / Double(max(1, units)) }
        return (last.seconds - first) / Double(last.units - 1)
    }
}

/// CPU time of the process.
private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
