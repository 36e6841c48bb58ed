import Findings
import FoundationEssentials
import Threads

/// `work/<identity>/` of one encode, in a folder or a bucket: its plan, and the claims and files of its chunks.
struct WorkFolder: Sendable {
    let store: any WorkStore
    /// Ends with a slash.
    let prefix: String

    /// Bytes: a plan with thousands of chunks has some hundred kilobytes.
    private static let maxDocument = 16 << 20
    /// How often a document is looked for that another writer is creating.
    private static let maxTries = 5
    /// A long video has hundreds of objects.
    private static let removalThreads = 8

    /// - Parameter parent: ends with a slash; `inBucket`, or the one next to an output.
    init(_ identity: WorkIdentity, in store: any WorkStore, below parent: String = inBucket) {
        self.store = store
        prefix = "\(parent)\(identity.digest)/"
    }

    /// The folder of a plan's key, which helpers are given.
    ///
    /// - Returns: nil if it is not the key of a plan.
    init?(planKey key: String, in store: any WorkStore) {
        guard key.hasSuffix("/\(WorkName.plan.text)") else { return nil }
        self.store = store
        prefix = String(key.dropLast(WorkName.plan.text.count))
    }

    /// The parent of all identities in a bucket, or in a folder that is laid out like one.
    static let inBucket = "work/"

    /// The parent of a local output's identities: hidden, next to it.
    static func parent(nextTo output: String) -> String {
        let slash = output.lastIndex(of: "/")
        let (folder, name) = (slash.map { output[...$0] } ?? "", slash.map { output[$0...].dropFirst() } ?? output[...])
        // A file's name has at most 255 bytes.
        return "\(folder).\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).work/"
    }

    func key(_ name: WorkName) -> String { prefix + name.text }

    var planKey: String { key(.plan) }

    /// The digest of its `WorkIdentity`.
    var identity: Substring { prefix.dropLast().split(separator: "/").last ?? "" }

    // MARK: Documents

    /// A value with what distinguishes its writer from all others.
    private struct Document<Value: Codable>: Codable {
        var writer: String
        var value: Value
    }

    /// - Returns: nil if there is none.
    /// - Throws: `ReportedError`.
    func read<Value: Codable>(_ name: WorkName, as type: Value.Type = Value.self) throws -> Value? {
        guard let bytes = try store.contents(key(name), limit: Self.maxDocument) else { return nil }
        do { return try JSONDecoder().decode(Document<Value>.self, from: Data(bytes)).value } catch {
            throw ReportedError(
                .inputOutput, .open, "\(key(name)) is not what Reelpress writes: \(error)", advice: Self.removal)
        }
    }

    /// Whether an error of `read` means that a document is not what this version writes.
    static func isUnreadable(_ error: any Error) -> Bool {
        guard let error = error as? ReportedError, error.stage == .open else { return false }
        return error.code == .limit || error.advice == Self.removal
    }

    /// The advice about such a document.
    static let removal = "remove it"

    /// Writes a value, unless there is one.
    ///
    /// - Returns: false if there is one.
    /// - Throws: `ReportedError`.
    func putNew(_ name: WorkName, _ value: some Codable) throws -> Bool {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(writer: ChunkWorker.randomText(), value: value)
        return try store.putNew(key(name), Array(try encoder.encode(document)))
    }

    /// The value that is there; else a new one, unless another writer is faster.
    ///
    /// - Throws: `ReportedError`, of code `outputTaken` if other writers create and remove it again and again.
    func first<Value: Codable>(_ name: WorkName, _ make: () throws -> Value) throws -> Value {
        if let found = try read(name, as: Value.self) { return found }
        let made = try make()
        for _ in 0..<Self.maxTries {
            if try putNew(name, made) { return made }
            if let found = try read(name, as: Value.self) { return found }
        }
        throw ReportedError(.outputTaken, .job, "other jobs repeatedly took \(key(name))", advice: "try again")
    }

    // MARK: Chunks

    /// Who made a claim.
    ///
    /// - Returns: nil for a claim that is gone or can't be read.
    /// - Throws: `ReportedError` if the store fails.
    func worker(of claim: WorkName) throws -> ChunkWorker? {
        do { return try read(claim, as: ChunkWorker.self) } catch  where Self.isUnreadable(error) { return nil }
    }

    /// Begins a chunk's file.
    ///
    /// - Throws: `ReportedError`.
    func create(_ chunk: ChunkName) throws -> any StagedObject { try store.createWork(key(.chunk(chunk))) }

    // MARK: Listing and removing

    /// What is in the folder.
    ///
    /// - Throws: `ReportedError`.
    func list() throws -> WorkListing {
        let found = try store.entries(below: prefix)
        let entries = found.compactMap { entry in
            WorkName(String(entry.key.dropFirst(prefix.count))).map {
                WorkEntry(name: $0, size: entry.size, time: entry.time)
            }
        }
        return WorkListing(entries: entries, keys: found.map(\.key))
    }

    /// - Throws: `ReportedError`.
    func remove(_ name: WorkName) throws { try store.remove(key(name)) }

    /// Removes what a listing without a plan has, and what is staged.
    ///
    /// - Throws: `ReportedError`.
    func remove(_ listing: WorkListing) throws {
        let removals = WorkQueue<String, any Error>(named: "removing chunks", threads: Self.removalThreads) { key, _ in
            try store.remove(key)
        }
        for key in listing.keys { try removals.add(key) }
        try removals.finish()
        try store.removeStaged(below: prefix)
    }

    /// Removes what is left of an encode whose plan is gone: a worker that ended late may have been killed then.
    ///
    /// - Throws: `ReportedError`.
    func sweep() throws {
        let listing = try list()
        // A lead that has not planned yet may have searched a CRF.
        if !listing.hasPlan, listing.entries.contains(where: { $0.name != .probe }) { try remove(listing) }
    }

    /// Removes everything that belongs to an output that is published.
    ///
    /// - Throws: `ReportedError`.
    func cleanUp() throws {
        var step = ChunkFinish().next(.assembled)
        var listing = WorkListing(entries: [], keys: [])
        while true {
            switch step {
            case .removePlan:
                try remove(.plan)
                step = ChunkFinish().next(.planRemoved)
            case .look:
                listing = try list()
                step = ChunkFinish().next(.saw(hasPlan: listing.hasPlan))
            case .remove:
                try remove(listing)
                step = ChunkFinish().next(.removed)
            case .assemble, .claim, .end: return
            }
        }
    }
}

/// One listing of a `WorkFolder`.
struct WorkListing: Sendable {
    /// In byte order of their names; without files of other names.
    var entries: [WorkEntry]
    /// Of all files.
    var keys: [String]

    var hasPlan: Bool { entries.contains { $0.name == .plan } }
}
