/// How many processes encode at once on this machine.
enum WorkerCount: Sendable, Equatable {
    /// As many as keep the processors busy.
    case automatic
    case count(Int)

    /// Processors that one encoder keeps busy: x265 encodes rows of 64 samples side by side, each some way behind the one
    /// above it, which is about three rows at a time in 1080p, and a chunk's encoder gets three threads for that reason.
    private static let encoderThreads = 3
    /// Bytes for one process: an encoder of 2160p in 10 bits, its look-ahead and a decoder.
    private static let memory: UInt64 = 3 << 30

    /// - Parameter ofOneVideo: whether they share one video. One process of its own encodes several chunks of that at
    ///   once, so that more of them are only of use where they are asked for.
    func processes(ofOneVideo: Bool) -> Int {
        switch self {
        case .count(let count): count
        case .automatic:
            ofOneVideo
                ? 1
                : Self.automatic(processors: Machine.processorCount, memory: Cgroup.memory ?? Machine.memory)
        }
    }

    /// Several videos at once: one encoder each, while there are processors and memory for them.
    static func automatic(processors: Int, memory: UInt64) -> Int {
        max(1, min(processors / encoderThreads, Int(memory / Self.memory)))
    }
}
