internal import Media

/// Where sources are read and outputs and reports are kept: a local folder or a bucket.
protocol ObjectStore: Sendable {
    /// The keys below a prefix, in byte order.
    func keys(below prefix: String) throws -> [String]

    /// - Returns: nil if there is no object of that key.
    func describe(_ key: String) throws -> ObjectDescription?

    /// Opens an object for reading, as it is now.
    func open(_ key: String) throws -> OpenedObject

    /// Begins an object that shows under its key only when it is published.
    func create(_ key: String, metadata: OutputMetadata) throws -> any PendingObject

    /// Writes a small object whole, in place of any there was.
    func put(_ key: String, _ bytes: [UInt8]) throws
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
}

/// What an output carries to say whose it is.
struct OutputMetadata: Sendable, Hashable, Codable {
    /// The source's key.
    var source: String
    var sourceETag: String
    /// See `Report.UsedSettings.digest`.
    var settings: String
    var version: String
}

/// An object that is being written; discarded unless it is published.
protocol PendingObject: AnyObject, Sendable {
    var sink: any ByteSink { get }

    /// The whole content, for checking it before anybody sees it.
    func reopen() throws -> any ByteSource

    /// Moves the index of a finished MP4 to the front.
    func moveIndexToFront() throws

    /// Shows the object under a key, in the folder that it was created for.
    ///
    /// - Parameter replacing: whether an object of that key may be there and is replaced.
    /// - Returns: false if there is one and it may not be replaced; the object is still pending then.
    func publish(as key: String, replacing: Bool) throws -> Bool

    /// Leaves nothing behind.
    func discard()
}
