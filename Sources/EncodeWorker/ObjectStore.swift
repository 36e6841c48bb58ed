import Containers
import Media

/// Where sources are read and outputs and reports are kept: a local folder or a bucket.
protocol ObjectStore: Sendable {
    /// The keys below a prefix, in byte order.
    func keys(below prefix: String) throws -> [String]

    /// - Returns: nil if there is no object of that key.
    func describe(_ key: String) throws -> ObjectDescription?

    /// Opens an object for reading, as it is now.
    func open(_ key: String) throws -> OpenedObject

    /// Begins an object that shows under its name only when it is published.
    ///
    /// - Parameter limit: bytes that it will stay below, where that is known.
    func create(_ name: OutputName, metadata: OutputMetadata, limit: UInt64?) throws -> any PendingObject

    /// Copies an object whole.
    ///
    /// - Returns: false if the name is taken; nothing was done then.
    func copy(_ source: OpenedObject, to name: OutputName, metadata: OutputMetadata) throws -> Bool

    /// Writes a small JSON object whole, in place of any there was.
    func put(_ key: String, _ bytes: [UInt8]) throws

    /// Removes what was left of objects of this key that nobody publishes any more.
    func removeUnfinished(of key: String) throws

    /// Sets a tag on the very object that was opened, beside the tags that it has, and on none that took its place.
    func tag(_ source: OpenedObject, _ key: String, _ tag: SourceTag) throws

    /// What went over the network so far; nil where nothing does.
    var traffic: Report.Traffic? { get }
}

extension ObjectStore {
    var traffic: Report.Traffic? { nil }

    /// Files have no tags.
    func tag(_ source: OpenedObject, _ key: String, _ tag: SourceTag) {}

    /// Reads the source and writes it again, for stores that have no shorter way.
    func copyThrough(_ source: OpenedObject, to name: OutputName, metadata: OutputMetadata) throws -> Bool {
        let pending = try create(name, metadata: metadata, limit: source.bytes.size + 1)
        do {
            try pending.fill(from: source.bytes)
            if try pending.publish(as: name) { return true }
        } catch {
            pending.discard()
            throw error
        }
        pending.discard()
        return false
    }
}

/// What is known of an object without reading it.
struct ObjectDescription: Sendable {
    var size: UInt64
    /// Changes whenever the content does.
    var etag: String
    /// nil where it is no output of this program.
    var metadata: OutputMetadata?
}

/// An object that is being read.
struct OpenedObject: Sendable {
    var bytes: any ByteSource
    var etag: String
    /// The current object's ETag, where an older version was asked for and opened.
    var newerETag: String?
}
