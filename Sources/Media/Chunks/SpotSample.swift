import Glibc

/// What one spot of a video gives at one CRF.
struct SpotSample: Sendable {
    /// Whether it is encoded as a video's start is, and not as some frames in the middle: see `EncoderRole.sample`.
    let isStart: Bool
    private(set) var frames = 0
    /// Of the first frame, and of all after it: sums of the luma's errors, see `FrameQuality`, and bytes.
    private var first = (error: 0.0, bytes: 0.0)
    private var others = (error: 0.0, bytes: 0.0)
    /// CPU time for a frame.
    var cpuSeconds = 0.0
    /// The mean size of the source's packets in the spot; nil where it's unknown.
    var sourceBytes: Double?

    init(isStart: Bool = false) { self.isStart = isStart }

    /// - Parameters:
    ///   - error: of the luma.
    ///   - bytes: of the access unit.
    mutating func add(_ error: Double, bytes: Int) {
        frames += 1
        if frames == 1 {
            first = (error, Double(bytes))
        } else {
            others.error += error
            others.bytes += Double(bytes)
        }
    }

    /// The mean error. The first frame is a keyframe, and rare in the whole video.
    var error: Double { frames > 1 ? others.error / Double(frames - 1) : first.error }

    /// What it would be at another CRF, by what CRFs usually change.
    ///
    /// - Parameter difference: from its own CRF to the other one.
    func moved(by difference: Double) -> SpotSample {
        var moved = self
        let error = pow(10, CRFSearch.usualSlope * difference / 20)
        let bytes = CRFProbe.usualBytes(difference)
        moved.first = (first.error * error, first.bytes * bytes)
        moved.others = (others.error * error, others.bytes * bytes)
        return moved
    }

    /// The bytes of the keyframe, and of any other frame.
    var keyframeBytes: Double { first.bytes * (isStart ? 1 : Self.keyframeShare) }
    var frameBytes: Double {
        guard frames > 1 else { return first.bytes }
        return others.bytes / (Double(frames - 1) + (isStart ? 0 : Self.extraFrames))
    }

    /// A sample's keyframe has a higher QP than those of the whole video: the bytes of these for its own, and what is more
    /// to encode after it, in frames. The means of ten sources.
    private static let (keyframeShare, extraFrames) = (1.28, 0.35)
}

/// By how much the mean of some spots is off, as far as the sizes of the source's packets tell it: where they are larger,
/// there is more to encode.
struct SpotCorrection: Sendable {
    /// What the spots' mean bytes have to be multiplied by, and their mean error.
    private(set) var bytes = 1.0
    private(set) var error = 1.0

    /// That much is believed at most.
    private static let limits = 0.25...4.0
    /// The variance of logarithms of sizes that is needed before a line through the spots means something: a weak prior
    /// of a flat one.
    private static let prior = 2.0

    init() {}

    /// - Parameters:
    ///   - samples: of the spots.
    ///   - whole: mean sizes of the source's packets, in parts of the whole video that are as long as a spot.
    init(_ samples: [SpotSample], whole: [Double]) {
        let pairs = samples.compactMap { sample in sample.sourceBytes.map { ($0, sample.error) } }
        guard pairs.count == samples.count, pairs.count > 1, whole.count > pairs.count,
            pairs.allSatisfy({ $0.0 > 0 && $0.1 > 0 })
        else { return }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        func limited(_ ratio: Double) -> Double { min(max(ratio, Self.limits.lowerBound), Self.limits.upperBound) }
        bytes = limited(mean(whole) / mean(pairs.map(\.0)))
        let (sizes, errors) = (pairs.map { log($0.0) }, pairs.map { log($0.1) })
        let (middle, level) = (mean(sizes), mean(errors))
        let both = zip(sizes, errors).map { ($0 - middle) * ($1 - level) }.reduce(0, +)
        let slope = both / (sizes.map { ($0 - middle) * ($0 - middle) }.reduce(Self.prior, +))
        func expected(_ sizes: [Double]) -> Double { mean(sizes.map { exp(slope * (log($0) - middle)) }) }
        error = limited(expected(whole.map { max($0, 1) }) / expected(pairs.map(\.0)))
    }
}

extension CRFProbe {
    /// So many spots count as the worst one: of 12 one, of 60 five.
    private static let spotsPerWorst = 12

    /// - Parameters:
    ///   - all: the samples of the first CRF, at least one.
    ///   - correction: of the first CRF's samples.
    ///   - changed: those that this CRF was tried on too, before and after; nil for the first CRF.
    init(
        _ crf: Double, _ all: [SpotSample], _ correction: SpotCorrection = SpotCorrection(),
        changed: [(before: SpotSample, after: SpotSample)]? = nil
    ) {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        func change(_ value: (SpotSample) -> Double) -> Double {
            guard let changed else { return 1 }
            let before = changed.map { value($0.before) }.reduce(0, +)
            return before > 0 ? changed.map { value($0.after) }.reduce(0, +) / before : 1
        }
        // Spots stand for equal shares of the errors: each counts by how much it changes.
        let ratios = changed?.filter { $0.before.error > 0 }.map { $0.after.error / $0.before.error } ?? []
        let ratio = (ratios.isEmpty ? 1 : mean(ratios)) * correction.error
        let errors = all.map(\.error).sorted(by: >)
        let worst = errors.prefix((errors.count + Self.spotsPerWorst - 1) / Self.spotsPerWorst)
        self.init(
            crf: crf, mean: FrameQuality.decibels(mean(errors) * ratio),
            worst: FrameQuality.decibels(mean(Array(worst)) * ratio),
            frames: (changed?.map(\.after) ?? all).map(\.frames).reduce(0, +),
            keyframeBytes: mean(all.map(\.keyframeBytes)) * change(\.keyframeBytes),
            frameBytes: mean(all.map(\.frameBytes)) * change(\.frameBytes) * correction.bytes,
            frameSeconds: mean(all.map(\.cpuSeconds)) * change(\.cpuSeconds))
    }
}
