import Containers

/// What the simulation takes for granted, besides the product's own code. docs/cost.md has the source of each value.
struct Model {
    /// Of a task.
    var vcpus = 4.0
    /// Of all tasks at a time.
    var slots = Int.max
    /// Interruptions of a task in an hour.
    var interruptions = 0.0
    /// Helpers of one video, at most.
    var helpers = 15
    /// Whether an interrupted job goes on with what it has done; otherwise there are no chunks.
    var resumes = true
    /// Seconds from the place in a compute environment to the start of the program.
    var start = 30.0...90.0
    /// Seconds of it that are billed: from the beginning of the image's download.
    var billedStart = 5.0
    /// One task in so many has half the speed.
    var stragglers = 20
    /// Processors that one encoder keeps busy: docs/worker.md.
    var processors = 3.0
    /// CPU-seconds of a frame of 1920×1080 samples, and its bytes in the output.
    var frameSeconds = 0.2
    var frameBytes = 12_000.0
    /// What a chunk costs besides its frames, in frames: a new encoder, decoding from the random access point before.
    var overheadFrames = 3.0
    /// Seconds to plan a source; bytes a second of the join, which reads all chunks and writes the output.
    var planning = 2.0
    var joinSpeed = 100e6
    /// Seconds between looks for chunks that another worker has finished: `ChunkSession`.
    var watch = 5.0

    /// US dollars for a second of a task: docs/cost.md.
    var price: Double { (vcpus * 0.04048 + vcpus * 2 * 0.004445) / 2 / 3600 }
    /// Chunks that a task feeds at once: `Machine.chunkLanes`.
    var lanes: Int { resumes ? max(1, (Int(vcpus) + 2) / 3) : 1 }
}
