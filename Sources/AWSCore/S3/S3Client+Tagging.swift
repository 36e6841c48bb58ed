import HTTP

extension S3Client {
    /// An object's tags: "GetObjectTagging".
    public func objectTags(_ location: ObjectLocation) throws(AWSError) -> [String: String] {
        var call = try call("GetObjectTagging", .get, location)
        call.isPatient = false
        call.query = [("tagging", "")] + location.versionQuery
        let document = try document(call, root: "Tagging")
        var tags: [String: String] = [:]
        for tag in document.child("TagSet")?.all("Tag") ?? [] {
            guard let key = tag["Key"] else { throw call.error(.malformedResponse, "a tag has no key") }
            tags[key] = tag["Value"] ?? ""
        }
        return tags
    }

    /// Sets an object's tags, ten at most, in place of those that it has: "PutObjectTagging".
    public func setObjectTags(_ location: ObjectLocation, _ tags: [String: String]) throws(AWSError) {
        var call = try call("PutObjectTagging", .put, location)
        call.isPatient = false
        call.query = [("tagging", "")] + location.versionQuery
        let list = tags.sorted { $0.key < $1.key }.map {
            "<Tag><Key>\(XMLElement.escape($0.key))</Key><Value>\(XMLElement.escape($0.value))</Value></Tag>"
        }
        let document =
            "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>\(list.joined())</TagSet></Tagging>"
        call.headers["Content-Type"] = "application/xml"
        // S3 refuses this call without a checksum of its body.
        call.hasChecksum = true
        call.body = .bytes(Array(document.utf8))
        _ = try service.send(call)
    }

    /// Adds a tag to those that an object has: "GetObjectTagging", "PutObjectTagging" and "HeadObject".
    ///
    /// - Parameter etag: which the object must have; else an error of kind `modified`, and the object that is there has
    ///   not got the tag.
    public func addObjectTag(_ location: ObjectLocation, _ key: String, _ value: String, ifMatch etag: ETag)
        throws(AWSError)
    {
        var tags = try objectTags(location)
        if tags[key] != value {
            tags[key] = value
            try setObjectTags(location, tags)
        }
        // S3 has no condition for tags, and a new object has none of the older one's: only one that came before the tag
        // can have got it by mistake.
        guard try headObject(location).etag != etag else { return }
        tags = try objectTags(location)
        if tags.removeValue(forKey: key) != nil { try setObjectTags(location, tags) }
        throw try call("PutObjectTagging", .put, location).error(
            .modified, status: 412, code: "PreconditionFailed", "the object was modified after it was opened")
    }
}
