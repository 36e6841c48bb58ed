/// A multipart upload that was neither completed nor aborted.
public struct MultipartUpload: Sendable {
    /// The object's key.
    public var key: String
    /// The upload's id, for `S3Client.abortMultipartUpload`.
    public var uploadID: String
    /// When it was started, where the server says so.
    public var initiated: Timestamp?
}

/// A page of the uploads under way.
public struct MultipartUploadListing: Sendable {
    /// Where a page starts.
    public struct Marker: Sendable, Equatable {
        var key: String
        var uploadID: String
    }

    /// The uploads, in order of their keys and then of their start.
    public var uploads: [MultipartUpload]
    /// Asks for the next page; nil at the end.
    public var continuation: Marker?
}
