import Glibc

/// What one spot of a video gives at one CRF.
struct SpotSample: Sendable {
    /// Whether it is encoded as a video's start is, and not as some frames in the middle: see `EncoderRole.sample`.
    let isStart: Bool
    /// The errors of the luma of all frames, see `FrameQuality`.
    private var errors: [Double] = []
    /// Bytes of the first frame, and of all after it.
    private var bytes = (first: 0.0, others: 0.0)
    /// CPU time for a frame.
    var cpuSeconds = 0.0
    /// The mean size of the source's packets in the spot; nil where it's unknown.
    var sourceBytes: Double?

    init(isStart: Bool = false) { self.isStart = isStart }

    /// - Parameters:
    ///   - error: of the luma.
    ///   - bytes: of the access unit.
    mutating func add(_ error: Double, bytes: Int) {
        errors.append(error)
        if frames == 1 { self.bytes.first = Double(bytes) } else { self.bytes.others += Double(bytes) }
    }

    var frames: Int { errors.count }

    /// The mean error. The first frame is a keyframe, and rare in the whole video.
    var error: Double { Self.mean(frames > 1 ? errors.dropFirst() : errors[...]) }

    private static func mean(_ errors: ArraySlice<Double>) -> Double {
        errors.reduce(0, +) / Double(max(1, errors.count))
    }

    /// What it would be at another CRF, by what CRFs usually change.
    ///
    /// - Parameter difference: from its own CRF to the other one.
    func moved(by difference: Double) -> SpotSample {
        var moved = self
        let error = pow(10, CRFSearch.usualSlope * difference / 20)
        let bytes = CRFProbe.usualBytes(difference)
        moved.errors = errors.map { $0 * error }
        moved.bytes = (self.bytes.first * bytes, self.bytes.others * bytes)
        return moved
    }

    /// The bytes of the keyframe, and of any other frame.
    var keyframeBytes: Double { bytes.first * (isStart ? 1 : Self.keyframeShare) }
    var frameBytes: Double { Self.frameBytes([self]) }

    /// The mean over the frames of some spots, which differ in their number where times have gaps.
    static func frameBytes(_ samples: [SpotSample]) -> Double {
        let frames = samples.map(\.framesForBytes).reduce(0, +)
        guard frames > 0 else { return samples.map(\.bytes.first).reduce(0, +) / Double(max(1, samples.count)) }
        return samples.map(\.bytes.others).reduce(0, +) / frames
    }

    private var framesForBytes: Double {
        frames > 1 ? Double(frames - 1) + (isStart ? 0 : Self.extraFrames) : 0
    }

    /// A sample's keyframe has a higher QP than those of the whole video: the bytes of these for its own, and what is more
    /// to encode after it, in frames. The means of ten sources.
    private static let (keyframeShare, extraFrames) = (1.28, 0.35)

    /// Whether most of a frame is a copy of the frame before.
    var isStill: Bool { !isStart && frames > 1 && keyframeBytes > Self.stillRatio * frameBytes }

    /// Real clips with a camera that moves have 2 to 15, a surveillance camera 22.
    private static let stillRatio = 18.0

    /// How much larger the error is far from a keyframe than next to it: in a still video, frames show the keyframe's
    /// better quality for some seconds.
    ///
    /// - Parameter count: of the frames of a usual spot.
    /// - Returns: 1 for a sample that ends too early to tell it.
    func drift(beyond count: Int) -> Double {
        let (near, far) = (Self.mean(errors.prefix(count).dropFirst()), Self.mean(errors.suffix(frames / 3)))
        guard frames >= Self.stillFrames * 3 / 4, near > 0 else { return 1 }
        return min(max(far / near, 1), Self.mostDrift)
    }

    /// Frames of a sample that shows the drift: after 75 it hardly grows.
    static let stillFrames = 90
    /// 1 dB: more than a surveillance camera's, and what moves in by chance is no drift.
    private static let mostDrift = 1.26
}

/// By how much the mean of some spots is off, as far as the sizes of the source's packets tell it: where they are larger,
/// there is more to encode.
struct SpotCorrection: Sendable {
    /// What the spots' mean bytes have to be multiplied by, and their mean error.
    private(set) var bytes = 1.0
    var error = 1.0

    /// That much is believed at most.
    private static let limits = 0.25...4.0
    /// The variance of logarithms of sizes that is needed before a line through the spots means something, in place of
    /// what is usual.
    private static let prior = 2.0
    /// Bytes grow as this power of the source's, errors don't: what is usual.
    private static let usualPower = (bytes: 0.5, error: 0.0)

    init() {}

    /// - Parameters:
    ///   - samples: of the spots.
    ///   - whole: mean sizes of the source's packets, in parts of the whole video that are as long as a spot.
    init(_ samples: [SpotSample], whole: [Double]) {
        let known = samples.filter { ($0.sourceBytes ?? 0) > 0 && $0.error > 0 && $0.frameBytes > 0 }
        guard known.count == samples.count, known.count > 1, whole.count > known.count else { return }
        let sizes = known.map { log($0.sourceBytes ?? 1) }
        let parts = whole.map { log(max($0, 1)) }
        bytes = Self.change(of: known.map(\.frameBytes), sizes, parts, usualPower: Self.usualPower.bytes)
        error = Self.change(of: known.map(\.error), sizes, parts, usualPower: Self.usualPower.error)
    }

    /// What the mean of values is multiplied by from spots to the whole, on a line through the logarithms.
    private static func change(
        of values: [Double], _ sizes: [Double], _ parts: [Double], usualPower: Double
    ) -> Double {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let logarithms = values.map { log($0) }
        let (middle, level) = (mean(sizes), mean(logarithms))
        let both = zip(sizes, logarithms).map { ($0 - middle) * ($1 - level) }.reduce(0, +)
        let variance = sizes.map { ($0 - middle) * ($0 - middle) }.reduce(0, +)
        let power = (both + prior * usualPower) / (variance + prior)
        func expected(_ sizes: [Double]) -> Double { mean(sizes.map { exp(power * ($0 - middle)) }) }
        return min(max(expected(parts) / expected(sizes), limits.lowerBound), limits.upperBound)
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
            frameBytes: SpotSample.frameBytes(all) * change(\.frameBytes) * correction.bytes,
            frameSeconds: mean(all.map(\.cpuSeconds)) * change(\.cpuSeconds))
    }
}
