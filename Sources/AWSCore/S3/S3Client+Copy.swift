import HTTP

extension S3Client {
    /// The longest source of a CopyObject or an UploadPartCopy, in bytes.
    static let longestCopy: UInt64 = 5 << 30

    /// Copies an object of 5 GiB at most within S3: "CopyObject".
    ///
    /// - Parameters:
    ///   - etag: which the source must have; else an error of kind `modified`.
    ///   - options: content type, metadata, tags and so on in place of the source's, and conditions on the target; nil
    ///     keeps the source's. To keep tags takes rights of its own, `s3:GetObjectTagging` and `s3:PutObjectTagging`.
    /// - Returns: the copy's ETag.
    public func copyObject(
        from source: ObjectLocation, ifMatch etag: ETag? = nil, to target: ObjectLocation, options: ObjectOptions? = nil
    ) throws(AWSError) -> ETag {
        var call = try call("CopyObject", .put, target)
        if let options {
            call.headers = options.headers
            call.headers["x-amz-metadata-directive"] = "REPLACE"
            call.headers["x-amz-tagging-directive"] = "REPLACE"
            for condition in options.conditions { call.headers[condition.name] = condition.value }
        }
        call.headers["x-amz-copy-source"] = Self.copySource(source)
        call.headers["x-amz-copy-source-if-match"] = etag?.quoted
        call.stall = Self.serverSideWork
        var tries = 0
        do {
            return try copyResult(call, root: "CopyObjectResult", prepare: { _ in tries += 1 }).etag
        } catch {
            // Our own copy of an earlier try whose answer was lost?
            guard error.status == 412, tries > 1, let options, let copy = try? headObject(target),
                let original = try? headObject(source), etag == nil || etag == original.etag,
                copy.size == original.size, copy.metadata == options.metadata,
                copy.etag == original.etag || !options.metadata.isEmpty
            else { throw error }
            return copy.etag
        }
    }

    /// Copies an object of any size within S3, in parts where CopyObject can't: "CopyObject", else
    /// "CreateMultipartUpload", "UploadPartCopy" and "CompleteMultipartUpload".
    ///
    /// The source's ETag is pinned from the first request on: a source that is replaced meanwhile is an error of kind
    /// `modified`. Nothing is visible under the target's key before the end; a failed copy is aborted.
    ///
    /// - Parameters:
    ///   - etag: which the source must have, where the caller knows it.
    ///   - options: as of `copyObject`. Nil keeps the source's content type and metadata; its tags only up to 5 GiB.
    ///   - threads: parts that are copied at a time.
    /// - Returns: the copy's ETag.
    public func copy(
        from source: ObjectLocation, ifMatch etag: ETag? = nil, to target: ObjectLocation,
        options: ObjectOptions? = nil, threads: Int = 4
    ) throws(AWSError) -> ETag {
        let attributes = try headObject(source)
        let size = attributes.size
        if size <= Self.longestCopy {
            return try copyObject(from: source, ifMatch: etag ?? attributes.etag, to: target, options: options)
        }
        let parts = PartCopy.ranges(size: size)
        return try copy(
            from: source, attributes, ifMatch: etag, to: target, options: options, parts: parts, threads: threads)
    }

    func copy(
        from source: ObjectLocation, _ attributes: ObjectAttributes, ifMatch etag: ETag?, to target: ObjectLocation,
        options: ObjectOptions?, parts: [Range<UInt64>], threads: Int
    ) throws(AWSError) -> ETag {
        var kept = ObjectOptions()
        kept.contentType = attributes.contentType
        kept.metadata = attributes.metadata
        let options = options ?? kept
        let id = try createMultipartUpload(target, options: options)
        do {
            let copies = PartCopy(
                client: self, source: source, etag: etag ?? attributes.etag, target: target, uploadID: id)
            return try completeMultipartUpload(
                target, uploadID: id, parts: copies.run(parts, threads: threads), size: attributes.size,
                ifNoneMatch: options.ifNoneMatch, ifMatch: options.ifMatch)
        } catch {
            try? abortMultipartUpload(target, uploadID: id)
            throw error
        }
    }

    static func copySource(_ source: ObjectLocation) -> String {
        let path = PercentEncoding.encode(source.bucket + "/" + source.key, keepingSlash: true)
        return path + (source.versionID.map { "?versionId=" + PercentEncoding.encode($0) } ?? "")
    }

    func copyResult(
        _ call: APICall, root: String, prepare: (inout APICall) -> Void = { _ in }
    ) throws(AWSError) -> (etag: ETag, document: XMLElement) {
        let document = try document(call, root: root, prepare: prepare)
        guard let etag = document["ETag"].flatMap(ETag.init(parsing:)) else {
            throw call.error(.malformedResponse, "the answer has no ETag")
        }
        return (etag, document)
    }
}
