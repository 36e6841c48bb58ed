import Findings

/// Who helps a lead: processes of the same machine, or jobs on other machines.
struct ChunkHelpers: Sendable {
    /// What there is to help with.
    struct Work: Sendable {
        var folder: WorkFolder
        /// The plan's.
        var chunks: Int
        /// That are not done.
        var left: Int
        /// CPU-seconds for those, about.
        var seconds: Double
    }

    /// Called once the plan is in the store. The lead goes on without waiting for helpers.
    var start: @Sendable (Work) -> Void = { _ in }
    /// Ends what runs in this process or on this machine, and returns when nothing of it can reach the store any more.
    /// Jobs on other machines go on: a later attempt finds what they have done.
    var end: @Sendable () -> Void = {}
    /// The same, where the helpers are of no use any more: called before their folder is removed.
    var dismiss: @Sendable (WorkFolder) -> Void = { _ in }
    /// What is worth a note, once they were ended.
    var notes: @Sendable () -> [Note] = { [] }
}

extension ChunkHelpers {
    /// Processes of this machine.
    ///
    /// - Parameter workers: the lead among them.
    init(processes workers: Int) {
        let helpers = HelperProcesses(count: workers - 1)
        self.init(
            start: { helpers.start(useful: $0.chunks - 1) }, end: { helpers.end() }, dismiss: { _ in helpers.end() })
    }

    /// These and others.
    func and(_ other: ChunkHelpers) -> ChunkHelpers {
        ChunkHelpers(
            start: {
                self.start($0)
                other.start($0)
            },
            end: {
                self.end()
                other.end()
            },
            dismiss: {
                self.dismiss($0)
                other.dismiss($0)
            }, notes: { self.notes() + other.notes() })
    }
}
