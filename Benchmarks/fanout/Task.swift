/// One attempt of a job: the video's own, or a helper's.
final class Task {
    struct Lane {
        var program: ChunkLane
        /// CPU-seconds of the chunk that are left; nil while it encodes none.
        var left: Double?
        var isWaiting = false
        var hasEnded = false
    }

    let video: Video
    let isLead: Bool
    /// Its place among the jobs of its queue.
    let number: Int
    var lanes: [Lane] = []
    /// CPU-seconds of work in a second of one processor: less than 1 for a straggler.
    var speed = 1.0
    var isAlive = false
    var isJoining = false
    var began = 0.0
    var updated = 0.0
    /// Of its plans for the next event; older events are void.
    var version = 0

    init(_ video: Video, isLead: Bool, number: Int) {
        (self.video, self.isLead, self.number) = (video, isLead, number)
    }

    /// CPU-seconds of work that each encoding lane does in a second.
    func rate(_ model: Model) -> Double {
        let count = lanes.reduce(0) { $0 + ($1.left == nil ? 0 : 1) }
        guard count > 0 else { return 0 }
        // Without chunks a job is as fast as one with enough of them, so that only the resumption is compared.
        let share = model.resumes ? min(model.processors, model.vcpus / Double(count)) : model.vcpus
        return share * speed
    }

    /// Brings the work that is left up to a time.
    func advance(to now: Double, _ model: Model) {
        let done = (now - updated) * rate(model)
        for lane in lanes.indices { lanes[lane].left = lanes[lane].left.map { $0 - done } }
        updated = now
    }
}
