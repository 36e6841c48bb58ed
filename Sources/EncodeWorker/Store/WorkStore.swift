import Containers
import Findings

/// What several workers need of a store to share the chunks of one video: objects that are created once, and a listing
/// that knows their age.
protocol WorkStore: Sendable {
    /// Whether rules of a bucket apply, by which what a lost worker has left below a prefix is removed some day.
    var isBucket: Bool { get }

    /// Creates a small object, unless its key has one.
    ///
    /// An answer that was lost is found out by reading the object back: no two callers may write equal bytes under one
    /// key, so they carry a random number.
    ///
    /// - Parameter bytes: JSON, some kilobytes of it.
    /// - Returns: false if another object is there, or is being created: look again.
    /// - Throws: `ReportedError`. Whether the object was created is unknown then.
    func putNew(_ key: String, _ bytes: [UInt8]) throws -> Bool

    /// All objects below a prefix that ends with a slash, in byte order of their keys.
    ///
    /// - Throws: `ReportedError`; a prefix without objects is no error.
    func entries(below prefix: String) throws -> [StoredEntry]

    /// Reads a small object.
    ///
    /// - Parameter limit: in bytes, of what it may have.
    /// - Returns: nil if there is none.
    /// - Throws: `ReportedError`, of code `limit` for a longer object.
    func contents(_ key: String, limit: Int) throws -> [UInt8]?

    /// Begins an object without an output's metadata and storage class, which is published only under a free name.
    ///
    /// - Throws: `ReportedError`.
    func createWork(_ key: String) throws -> any StagedObject

    /// Opens an object for reading, as it is now.
    ///
    /// - Returns: nil if there is none.
    /// - Throws: `ReportedError`.
    func openWork(_ key: String) throws -> (any ByteSource)?

    /// Removes an object; no error if there is none.
    ///
    /// - Throws: `ReportedError`.
    func remove(_ key: String) throws

    /// Removes what was staged below a prefix and not published, also by workers that still run: they get an error.
    ///
    /// - Parameter prefix: ends with a slash. A folder removes its folders that have become empty.
    /// - Throws: `ReportedError`.
    func removeStaged(below prefix: String) throws
}

/// An object in a listing.
struct StoredEntry: Sendable, Equatable {
    var key: String
    /// In bytes.
    var size: UInt64
    /// When it was created, by the store's clock, in nanoseconds since 1970. S3 has whole seconds.
    var time: Int64
}

extension OutputName {
    /// A name that nothing else has.
    static func free(_ key: String) -> OutputName { OutputName(key: key, replaces: .nothing) }
}

extension ByteSource {
    /// All bytes of a small object.
    ///
    /// - Parameter name: the object's, for the error.
    /// - Throws: `ReportedError` of code `limit` for a longer one, `inputOutput` for one that ends early.
    func contents(_ name: String, limit: Int) throws -> [UInt8] {
        guard size <= UInt64(limit) else {
            throw ReportedError(.limit, .open, "\(name) has \(size) bytes, more than \(limit)", advice: "remove it")
        }
        let bytes = try bytes(at: 0, Int(size))
        guard bytes.count == Int(size) else {
            throw ReportedError(.inputOutput, .open, "\(name) ends early", advice: "try again")
        }
        return bytes
    }
}
