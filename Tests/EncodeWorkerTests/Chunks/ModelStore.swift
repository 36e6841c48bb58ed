@testable import EncodeWorker

/// `work/<identity>/` and the output in a model of the protocol: as consistent as S3 and a local folder are, with a clock
/// so coarse that several objects have one time.
struct ModelStore {
    struct Owner: Equatable {
        var machine: Int
        /// The process's index in the model.
        var process: Int
    }

    private(set) var entries: [WorkEntry] = []
    private var owners: [Owner] = []
    /// Changes so far.
    private(set) var operations = 0
    /// The rounds of the chunks that each published output was made of.
    var outputs: [[Int]] = []

    var hasPlan: Bool { contains(.plan) }

    func contains(_ name: WorkName) -> Bool { entries.contains { $0.name == name } }

    /// - Returns: false if there is one.
    mutating func create(_ name: WorkName, by owner: Owner) -> Bool {
        operations += 1
        if contains(name) { return false }
        entries.append(WorkEntry(name: name, time: Int64(operations / 4)))
        owners.append(owner)
        return true
    }

    mutating func remove(_ name: WorkName) {
        operations += 1
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
        entries.remove(at: index)
        owners.remove(at: index)
    }

    func owner(of name: WorkName) -> Owner? { entries.firstIndex { $0.name == name }.map { owners[$0] } }
}
