import AWSCore
import Containers
import JobReport
import Threads

/// Where sources are read and outputs and reports are stored: a local folder or a bucket.
protocol ObjectStore: WorkStore {
    /// Whether an object can have this key, by its length.
    func allows(_ key: String) -> Bool

    /// The keys that start with a prefix, in byte order.
    func keys(below prefix: String) throws -> [String]

    /// - Returns: nil if there is no object with that key.
    func describe(_ key: String) throws -> ObjectDescription?

    /// Opens an object for reading, as it is now.
    func open(_ key: String) throws -> OpenedObject

    /// Begins an object that appears under its name only when it is published.
    ///
    /// - Parameter limit: a size in bytes that it stays below, if one is known.
    func create(_ name: OutputName, metadata: OutputMetadata, limit: UInt64?) throws -> any StagedObject

    /// Copies a whole object.
    ///
    /// - Returns: false if the name is taken; nothing was changed then.
    func copy(
        _ source: OpenedObject, to name: OutputName, metadata: OutputMetadata, cancellation: Cancellation
    ) throws -> Bool

    /// Writes a small object, replacing any that exists.
    ///
    /// - Parameter mediaType: for stores that keep it.
    func put(_ key: String, _ bytes: [UInt8], mediaType: String) throws

    /// Removes staged objects of this key that no job is going to publish any more.
    func removeUnfinished(of key: String) throws

    /// Adds a tag to the object that was opened, keeping its other tags; an object that replaced it gets none.
    func tag(_ source: OpenedObject, _ key: String, _ tag: SourceTag) throws

    /// What went over the network so far; nil for a store that uses none.
    var traffic: Traffic? { get }
}

extension ObjectStore {
    var traffic: Traffic? { nil }

    /// Writes a small JSON object, replacing any that exists.
    func put(_ key: String, _ bytes: [UInt8]) throws { try put(key, bytes, mediaType: "application/json") }

    /// Files have no tags.
    func tag(_ source: OpenedObject, _ key: String, _ tag: SourceTag) {}

    /// Copies by reading and writing, for stores that can't copy by themselves.
    func copyThrough(
        _ source: OpenedObject, to name: OutputName, metadata: OutputMetadata, cancellation: Cancellation
    ) throws -> Bool {
        let staged = try create(name, metadata: metadata, limit: source.bytes.size + 1)
        do {
            try staged.fill(from: source.bytes, cancellation: cancellation)
            if try staged.publish(as: name) { return true }
        } catch {
            staged.discard()
            throw error
        }
        staged.discard()
        return false
    }
}

/// What is known of an object without reading it.
struct ObjectDescription: Sendable {
    var size: UInt64
    /// Changes whenever the content does.
    var etag: ETag
    /// nil if it is not an output of this program.
    var metadata: OutputMetadata?
}

/// An object that is being read.
struct OpenedObject: Sendable {
    var bytes: any ByteSource
    var etag: ETag
    /// The version that was requested, if one was.
    var versionID: String?
    /// The current object's ETag, if an older version was requested and opened.
    var newerETag: ETag?
}
