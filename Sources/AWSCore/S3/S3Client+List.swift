import HTTP

/// An object in a listing.
public struct ListedObject: Sendable {
    public var key: String
    /// In bytes.
    public var size: UInt64
    public var etag: ETag
    /// When it was stored, by the server's clock, where the server says so.
    public var modified: Timestamp?
}

/// A page of a listing.
public struct ObjectListing: Sendable {
    /// The objects, in order of their keys.
    public var objects: [ListedObject]
    /// Shared beginnings up to the delimiter.
    public var commonPrefixes: [String]
    /// Asks for the next page; nil at the end.
    public var continuation: String?
}

extension S3Client {
    /// A page of 1,000 objects at most: "ListObjectsV2".
    public func listObjects(
        bucket: String, prefix: String = "", delimiter: String? = nil, continuation: String? = nil
    ) throws(AWSError) -> ObjectListing {
        var call = try call("ListObjectsV2", .get, ObjectLocation(bucket: bucket, key: ""))
        // Keys may hold characters that XML can't: S3 sends them percent-encoded then.
        call.query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
        if let delimiter { call.query.append(("delimiter", delimiter)) }
        if let continuation { call.query.append(("continuation-token", continuation)) }
        let document = try document(call, root: "ListBucketResult")
        let decode = Self.decoder(document)
        var objects: [ListedObject] = []
        for entry in document.all("Contents") {
            guard let key = entry["Key"], let size = entry["Size"].flatMap(UInt64.init),
                let etag = entry["ETag"].flatMap(ETag.init(parsing:))
            else {
                throw call.error(.malformedResponse, "an entry has no key, size or ETag")
            }
            let modified = entry["LastModified"].flatMap(Timestamp.init(iso8601:))
            objects.append(ListedObject(key: decode(key), size: size, etag: etag, modified: modified))
        }
        return ObjectListing(
            objects: objects, commonPrefixes: document.all("CommonPrefixes").compactMap { $0["Prefix"].map(decode) },
            continuation: document["IsTruncated"] == "true" ? document["NextContinuationToken"] : nil)
    }

    /// How the keys of a listing are read.
    static func decoder(_ document: XMLElement) -> (String) -> String {
        guard document["EncodingType"] == "url" else { return { $0 } }
        // "url" here is a form's encoding: a blank is a plus.
        return PercentEncoding.decodeForm
    }
}
