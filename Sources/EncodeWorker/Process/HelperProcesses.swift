import AWSCore
import Findings
import Synchronization
import Threads

/// Processes that help this one with the chunks of one video: the program again, with the same arguments. They end by
/// themselves once no chunk is left for them; one that crashes costs its chunk.
final class HelperProcesses: Sendable {
    private static let variable = "REELPRESS_HELPER"

    private struct State: Sendable {
        var threads: [OwnedThread] = []
        var isEnding = false
    }

    /// How often one of them is started.
    private static let maxStarts = 3

    private let state = Mutex(State())
    private let count: Int

    /// Whether this process is such a helper.
    static func isHelper(_ environment: AWSEnvironment) -> Bool { environment[variable] != nil }

    /// The variable that makes a process a helper.
    static let variables = [variable: "1"]

    /// - Parameter count: of processes, at most.
    init(count: Int) {
        self.count = count
    }

    /// Starts them, where they aren't started yet.
    ///
    /// - Parameter useful: how many processes have something to do.
    func start(useful: Int) {
        state.withLock { state in
            guard state.threads.isEmpty, !state.isEnding else { return }
            for _ in 0..<max(0, min(count, useful)) {
                // Without a thread there is one helper less.
                guard let thread = try? OwnedThread(named: "a helper process", { self.run() }) else { return }
                state.threads.append(thread)
            }
        }
    }

    private func run() {
        for _ in 0..<Self.maxStarts {
            guard let child = ChildProcess(Self.variables, isApart: false) else { return }
            let end = child.wait().end
            if end == .exit(0) || state.withLock({ $0.isEnding }) || Interruption.cancellation.isCancelled { return }
            StandardError.write("a helper process was lost: \(ReportedError(end)); its chunk is encoded again\n")
        }
    }

    /// Ends them and waits for their end.
    func end() {
        let threads = state.withLock { state in
            state.isEnding = true
            defer { state.threads = [] }
            return state.threads
        }
        guard !threads.isEmpty else { return }
        Interruption.endChildren()
        for thread in threads { thread.join() }
        state.withLock { $0.isEnding = false }
    }
}
