import JobReport
import Media

/// Who encoded the chunks of an output, by what is stored with them.
struct ChunkTeam: Sendable {
    /// What is known of one task that is billed.
    private struct Task {
        var size: TaskSize
        /// From its start until its last chunk.
        var seconds: Double
    }

    private let makers: [ChunkMaker]

    /// - Parameter makers: one for each chunk whose maker is known.
    init(_ makers: [ChunkMaker]) { self.makers = makers }

    /// Processes that encoded at least one chunk.
    var workers: Int { Set(makers.map(\.worker)).count }

    /// Chunks that helpers encoded.
    var helped: Int { makers.count(where: \.isHelper) }

    /// Attempts of helpers that ended before their work did: a later attempt has encoded a chunk.
    var interruptions: Int {
        let attempts = Dictionary(
            makers.filter(\.isHelper).compactMap { maker in maker.job.map { ($0, maker.attempt ?? 1) } },
            uniquingKeysWith: max)
        return attempts.values.reduce(0) { $0 + $1 - 1 }
    }

    /// The cost of the other tasks: helpers, and earlier attempts.
    ///
    /// - Parameter own: this attempt.
    /// - Returns: nil if there are none.
    func others(than own: BatchAttempt?, _ prices: Prices) -> Cost.Others? {
        var tasks: [String: Task] = [:]
        for maker in makers where maker.job != own?.id || maker.attempt != own?.attempt {
            guard let job = maker.job, let vCPUs = maker.vCPUs, let memory = maker.memoryBytes else { continue }
            let name = "\(job) \(maker.attempt ?? 1)"
            let seconds = max(maker.elapsed, tasks[name]?.seconds ?? 0)
            tasks[name] = Task(size: TaskSize(vCPUs: vCPUs, memoryBytes: memory), seconds: seconds)
        }
        let costs = tasks.values.map { prices.cost($0.size, seconds: $0.seconds) }
        guard !costs.isEmpty else { return nil }
        return Cost.Others(
            tasks: costs.count, vCPUSeconds: costs.reduce(0) { $0 + $1.vCPUSeconds },
            gigabyteSeconds: costs.reduce(0) { $0 + $1.gigabyteSeconds },
            estimate: costs.reduce(0) { $0 + $1.estimate })
    }
}
