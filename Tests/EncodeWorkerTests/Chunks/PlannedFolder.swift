import TestSupport

@testable import EncodeWorker

extension WorkFolder {
    /// The folder of a job that has planned, on a disk.
    init(plannedIn files: TemporaryFolder) throws {
        let identity = WorkIdentity(
            source: "input/a.mov", sourceETag: "e", output: nil, settings: "crf=24", chunks: "auto", libraries: [])
        self.init(identity, in: LocalStore(root: files.path))
        _ = try first(.plan) { ["a plan"] }
    }
}
