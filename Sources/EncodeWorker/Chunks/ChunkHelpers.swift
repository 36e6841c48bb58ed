/// Who helps a lead: processes of the same machine, or jobs on other machines.
struct ChunkHelpers: Sendable {
    /// Called once the plan is in the store. The lead goes on without waiting for helpers.
    ///
    /// - Parameter chunks: the plan's.
    var start: @Sendable (_ chunks: Int) -> Void = { _ in }
    /// Ends what `start` has started, and returns when nothing of it can reach the store any more.
    var end: @Sendable () -> Void = {}
}

extension ChunkHelpers {
    /// Processes of this machine.
    ///
    /// - Parameter workers: the lead among them.
    init(processes workers: Int) {
        let helpers = HelperProcesses(count: workers - 1)
        self.init(start: { helpers.start(useful: $0 - 1) }, end: { helpers.end() })
    }
}
