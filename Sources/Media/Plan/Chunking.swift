import Containers

/// Whether, and how, a video is divided into chunks.
public enum Chunking: Sendable, Hashable {
    /// One chunk.
    case off
    /// Chunks of about the same work, where the whole is more than some minutes of it.
    case automatic
    /// Chunks of about so many frames.
    case frames(Int)

    /// CPU-seconds of a chunk, about: long enough that a new encoder's start and one more keyframe don't matter, short
    /// enough that little is lost with a machine, and that many machines end at about the same time. Benchmarks/fanout
    /// simulates that.
    private static let work = 75.0
    /// CPU-seconds of a video below which it is not divided: there is little to lose, and each chunk costs requests.
    private static let leastWork = 720.0
    /// Chunks of a video at most, about: each listing of a bucket has a thousand objects.
    private static let mostChunks = 1000.0
    /// Frames of a chunk at least: x265's longest distance between keyframes.
    private static let fewestFrames = 250
    /// CPU-seconds that x265's preset medium takes for a frame of 1920×1080 samples, about. docs/cost.md has measurements.
    private static let mediumFrame = 0.2
    private static let referenceArea = 1920.0 * 1080
    /// The work of the other presets in terms of medium's, about.
    private static let presets: [String: Double] = [
        "ultrafast": 0.12, "superfast": 0.17, "veryfast": 0.3, "faster": 0.35, "fast": 0.45, "medium": 1, "slow": 2.2,
        "slower": 5.5, "veryslow": 9, "placebo": 20,
    ]

    /// Frames of one chunk; nil for one chunk of all frames.
    ///
    /// - Parameter total: frames of the video; nil if they are unknown.
    func frames(_ size: Resolution, preset: String, of total: Double?) -> Int? {
        switch self {
        case .off: return nil
        case .frames(let count): return max(1, count)
        case .automatic:
            let seconds = Self.seconds(size, preset: preset)
            if let total, total * seconds < Self.leastWork { return nil }
            let most = min(total ?? 0, 1e12) / Self.mostChunks
            return max(Self.fewestFrames, Int(Self.work / seconds), Int(most))
        }
    }

    /// CPU-seconds for a frame, about.
    static func seconds(_ size: Resolution, preset: String) -> Double {
        let area = Double(size.width * size.height) / referenceArea
        return mediumFrame * (presets[preset] ?? 1) * max(area, 0.01)
    }
}

/// Where a video is cut.
enum ChunkLayout {
    /// By how much of its length a chunk may be longer or shorter to begin at a scene cut.
    private static let tolerance = 0.2

    /// Chooses among random access points: about evenly, at a scene cut where one is near.
    ///
    /// Encoders put a keyframe at a scene cut, before the usual distance is over: a point that follows the one before it
    /// sooner than most do is taken for one.
    ///
    /// - Parameters:
    ///   - points: in seconds from the video's start, ascending.
    ///   - duration: of the video, in seconds.
    ///   - length: of a chunk, in seconds.
    ///   - isExact: whether chunks begin at the first point after `length`, whatever the rest is.
    /// - Returns: indexes of points, ascending; empty for one chunk.
    static func cuts(_ points: [Double], duration: Double, length: Double, isExact: Bool) -> [Int] {
        guard !points.isEmpty, length > 0 else { return [] }
        let count = isExact ? nil : Int((duration / length).rounded())
        if let count, count < 2 { return [] }
        let length = count.map { duration / Double($0) } ?? length
        let usual = usualDistance(points)
        var cuts: [Int] = []
        var start = 0.0
        var next = 0
        while next < points.count {
            let slack = isExact ? 0 : length * tolerance
            guard let first = points[next...].firstIndex(where: { $0 >= start + length - slack }) else { break }
            let candidates = points[first...].prefix { $0 <= start + length + slack }
            let chosen = candidates.indices.min { one, other in
                cost(one, of: points, start + length, usual) < cost(other, of: points, start + length, usual)
            }
            let cut = chosen ?? first
            // No chunk that is much shorter than the others at the end.
            if !isExact, duration - points[cut] < length / 2 { break }
            cuts.append(cut)
            start = points[cut]
            next = cut + 1
        }
        return cuts
    }

    /// The distance from the ideal place in seconds; a scene cut may be a little further away.
    private static func cost(_ index: Int, of points: [Double], _ ideal: Double, _ usual: Double) -> Double {
        let isSceneCut = points[index] - (index > 0 ? points[index - 1] : 0) < usual * 0.75
        return abs(points[index] - ideal) * (isSceneCut ? 0.5 : 1)
    }

    /// The distance that most points have from the one before.
    private static func usualDistance(_ points: [Double]) -> Double {
        let distances = zip(points, points.dropFirst()).map { $1 - $0 }.sorted()
        return distances.isEmpty ? 0 : distances[distances.count / 2]
    }
}
