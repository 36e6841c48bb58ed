import AWSCore
import FoundationEssentials

/// Who encodes which source of a bucket, for several machines that go through all of it: hints, as the claims of chunks
/// are. A source that another run has begun comes last, and is begun nevertheless if its output isn't there by then.
///
/// A store that refuses claims does without them.
struct SourceClaims: Sendable {
    let store: any WorkStore
    let worker: ChunkWorker

    private static let prefix = "\(WorkFolder.inBucket)sources/"
    private static let maxClaim = 1 << 16

    private struct Claim: Codable {
        /// For people who look into the folder.
        var source: String
        var worker: ChunkWorker
        var nonce: String
    }

    /// Claims a source.
    ///
    /// - Returns: nil if it is this run's; else when another one claimed it, by the store's clock.
    func take(_ source: String) -> Int64? {
        let key = Self.key(source)
        do {
            if try create(key, source) { return nil }
            let owner = try store.contents(key, limit: Self.maxClaim).flatMap {
                try? JSONDecoder().decode(Claim.self, from: Data($0)).worker
            }
            // A run that was killed on this machine.
            if let owner, owner.machine == worker.machine, !owner.isLivingMate(of: worker) {
                try store.remove(key)
                if try create(key, source) { return nil }
            }
            return try store.entries(below: Self.prefix).first { $0.key == key }?.time
        } catch { return nil }
    }

    private func create(_ key: String, _ source: String) throws -> Bool {
        let claim = Claim(source: source, worker: worker, nonce: ChunkWorker.randomText())
        return try store.putNew(key, Array(try JSONEncoder().encode(claim)))
    }

    /// Removes the claim of a source that has ended, whoever made it.
    func release(_ source: String) { try? store.remove(Self.key(source)) }

    /// Removes what is left once a run has ended, apart from other runs' claims.
    func tidy() { try? store.removeStaged(below: Self.prefix) }

    private static func key(_ source: String) -> String { "\(prefix)\(SHA256.hexDigest(source)).claim" }
}
