import Containers
import Glibc

/// A source, the product's plan for it, and how far it is.
final class Video {
    let size: Resolution
    /// In seconds.
    let duration: Double
    /// CPU-seconds of each chunk.
    let work: [Double]
    /// Seconds to make the output from all chunks.
    let join: Double
    /// CPU-seconds of all frames.
    let frameWork: Double
    let helpers: Int
    let submitted: Double
    /// What a listing of `work/<identity>/` has.
    var entries: [WorkEntry] = []
    /// The job that has made a claim.
    var owners: [WorkName: Int] = [:]
    var askedForHelpers = false
    var finished: Double?
    /// Of its first task.
    var started: Double?
    /// Seconds of tasks that are billed.
    var billed = 0.0
    var attempts = 0
    /// Chunks that were encoded in vain.
    var wasted = 0
    var tasks: [Task] = []

    private static let rate = 24.0
    /// Seconds between random access points, at most.
    private static let keyframes = 2.0

    init(_ size: Resolution, duration: Double, submitted: Double, _ model: Model, _ random: inout Random) {
        self.size = size
        self.duration = duration
        self.submitted = submitted
        let area = Double(size.width * size.height) / (1920 * 1080)
        let frame = model.frameSeconds * area
        join = 2 + duration * Self.rate * model.frameBytes * area / model.joinSpeed
        var points: [Double] = []
        // Scenes of about eight seconds; each has its own complexity.
        var scenes: [(start: Double, work: Double)] = []
        var time = 0.0
        while time < duration {
            scenes.append((time, exp(0.3 * random.normal() - 0.045)))
            let end = min(duration, time + 1 + random.exponential(rate: 1 / 7.0))
            while time < end {
                points.append(time)
                time += Self.keyframes
            }
            time = end
        }
        let frames = Chunking.automatic.frames(size, preset: "medium", of: duration * Self.rate) ?? 0
        let cuts =
            model.resumes
            ? ChunkLayout.cuts(points, duration: duration, length: Double(frames) / Self.rate, isExact: false) : []
        frameWork = duration * Self.rate * frame
        let bounds = [0] + cuts.map { points[$0] } + [duration]
        var scene = 0
        work = zip(bounds, bounds.dropFirst()).map { begin, end in
            var (sum, time) = (0.0, begin)
            while time < end {
                while scene + 1 < scenes.count, scenes[scene + 1].start <= time { scene += 1 }
                let next = scene + 1 < scenes.count ? min(end, scenes[scene + 1].start) : end
                sum += (next - time) * Self.rate * frame * scenes[scene].work
                time = next
            }
            return sum + model.overheadFrames * frame
        }
        let limits = HelperLimits(most: model.helpers, queue: "", definition: "")
        // The estimate of the plan: it does not know the scenes.
        helpers = limits.count(seconds: frameWork, chunks: work.count)
    }

    var state: ChunkState { ChunkState(count: work.count, entries) }

    func has(_ name: WorkName) -> Bool { entries.contains { $0.name == name } }

    func isDone(_ index: Int) -> Bool { has(.chunk(ChunkName(index: index))) }
}
