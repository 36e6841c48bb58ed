/// What a worker has done for the chunks of a plan, for progress lines and reports.
struct ChunkCounts: Sendable, Equatable {
    /// The plan's chunks.
    var total: Int
    /// Done when the worker looked for the first time: by an earlier attempt or another machine.
    var foundDone = 0
    /// Done now, whoever made them.
    var done = 0
    /// Encoded and published by this process.
    var made = 0
    /// Begun by this process, but published by another one before.
    var lost = 0
    /// Begun although another worker had begun them: it ended, or is slow.
    var takenOver = 0
    /// Made again, since a seam did not match.
    var again = 0
    /// Files of the chunks that are done, in bytes.
    var bytes: UInt64 = 0
}

/// Something that a `ChunkSession` reports.
enum ChunkEvent: Sendable, Equatable {
    /// The folder was listed.
    case looked
    case began(ChunkName)
    case made(ChunkName)
    /// Another worker's file counts.
    case lost(ChunkName)
    /// The output is published, but what it was made of could not be removed.
    case notCleaned(error: String)

    /// Whether a chunk became done.
    var isMade: Bool { if case .made = self { true } else { false } }
}

/// What an assembly of chunks led to.
enum ChunkAssemblyEnd<Value> {
    /// The work is done: the output is published, or is not wanted.
    case done(Value)
    /// Another job's output has the name; nothing was changed.
    case nameTaken
    /// - Parameter chunk: the index of the one that has to be decoded from further back.
    case seamMismatch(chunk: Int)
}
