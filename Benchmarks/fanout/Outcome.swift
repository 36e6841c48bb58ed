import Containers

/// What became of one hour of video, on average over seeds.
struct Outcome {
    /// Seconds from the upload to the output.
    var time = 0.0
    /// US dollars.
    var cost = 0.0
    /// Seconds that the work would take if it could be divided at will: see `ideal`.
    var ideal = 0.0
    var chunks = 0

    static let seeds = 100

    init(_ size: Resolution, _ model: Model) {
        for seed in 0..<Self.seeds {
            var random = Random(UInt64(seed))
            let video = Video(size, duration: 3600, submitted: 0, model, &random)
            var simulation = Simulation(model, seed: UInt64(Self.seeds + seed))
            simulation.run([video])
            let share = 1 / Double(Self.seeds)
            time += (video.finished ?? .infinity) * share
            cost += video.billed * model.price * share
            ideal += Self.ideal(video, model) * share
            chunks = video.work.count
        }
    }

    /// The work by the number of tasks, the start of the job, that of its helpers, during which it works alone, and the
    /// join.
    private static func ideal(_ video: Video, _ model: Model) -> Double {
        let tasks = Double(model.helpers + 1)
        let start = (model.start.lowerBound + model.start.upperBound) / 2
        let speed = model.vcpus * (1 - 0.5 / Double(model.stragglers))
        return video.frameWork / speed / tasks + start + (start + model.planning) * (tasks - 1) / tasks + video.join
    }
}
