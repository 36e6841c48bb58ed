/// What a lead does once every chunk is done, as a pure value: assemble and publish, then clean up.
///
/// The plan is removed first and the rest after another listing. A worker that publishes a chunk and then lists the folder
/// either sees the plan, so that the lead's later listing has the chunk, or it does not, and removes the chunk itself.
/// In another order a chunk could be left behind. A lead that dies in the middle leaves a published output: the next one
/// has nothing to encode and only cleans up.
struct ChunkFinish: Sendable {
    enum Step: Sendable, Equatable {
        /// Assemble the output from the chunks, verify it and publish it in one conditional request.
        case assemble
        /// Create the first claim of a chunk that has to be made again.
        case claim(ChunkName, generation: Int)
        case removePlan
        /// List the folder.
        case look
        /// Remove everything that the last listing has.
        case remove
        case end(Ending)
    }

    enum Ending: Sendable, Equatable {
        /// The output is there, and the folder is empty.
        case done
        /// Some chunk is not there any more, or has to be made again.
        case again
        /// Another job's output has the name: look at it.
        case nameTaken
    }

    enum Answer: Sendable {
        case assembled
        case nameTaken
        /// - Parameter chunk: as it was assembled.
        case mismatch(ChunkName)
        /// Another worker removed a chunk: it has found the plan gone.
        case chunkMissing
        case claimed
        case planRemoved
        case saw(hasPlan: Bool)
        case removed
    }

    func next(_ answer: Answer) -> Step {
        switch answer {
        case .assembled: .removePlan
        case .nameTaken: .end(.nameTaken)
        case .mismatch(let chunk):
            // A newer round replaces the old one for every worker, and two leads that find the same mismatch agree.
            .claim(ChunkName(index: chunk.index, round: chunk.round + 1), generation: 1)
        case .chunkMissing, .claimed: .end(.again)
        case .planRemoved: .look
        // A plan that is there again is another lead's, which began before it could see the output.
        case .saw(let hasPlan): hasPlan ? .end(.done) : .remove
        case .removed: .end(.done)
        }
    }
}
