import HTTP

extension S3Client {
    /// Starts a multipart upload: "CreateMultipartUpload".
    ///
    /// - Returns: the upload's id.
    public func createMultipartUpload(
        _ location: ObjectLocation,
        options: ObjectOptions = ObjectOptions()
    ) throws(AWSError) -> String {
        var call = try call("CreateMultipartUpload", .post, location)
        call.query = [("uploads", "")]
        call.headers = options.headers
        // Cut in its middle it would leave an upload whose id nobody knows.
        if call.isCancelled?() == true { throw call.error(.cancelled, "cancelled") }
        call.isCancelled = nil
        guard let id = try document(call, root: "InitiateMultipartUploadResult")["UploadId"], !id.isEmpty else {
            throw call.error(.malformedResponse, "the answer has no UploadId")
        }
        return id
    }

    /// Uploads a part: "UploadPart".
    ///
    /// - Parameters:
    ///   - number: from 1 to 10,000.
    ///   - bytes: 5 MiB to 5 GiB (the last part may be smaller), unchanged until the call returns.
    public func uploadPart(
        _ location: ObjectLocation,
        uploadID: String,
        number: Int,
        _ bytes: UnsafeRawBufferPointer,
        isCancelled: (() -> Bool)? = nil
    ) throws(AWSError) -> UploadedPart {
        var call = try call("UploadPart", .put, location)
        call.query = [("partNumber", String(number)), ("uploadId", uploadID)]
        call.body = .borrowed(bytes)
        call.isCancelled = cancellation(isCancelled)
        let response = try service.send(call, check: Self.needsETag(call))
        return UploadedPart(number: number, eTag: try eTag(response, of: call))
    }

    /// Fills a part from an object within S3: "UploadPartCopy".
    ///
    /// - Parameters:
    ///   - range: of the source, in bytes, 5 GiB at most; nil takes all of it.
    ///   - eTag: which the source must have; else an error of kind `modified`.
    public func uploadPartCopy(
        _ location: ObjectLocation,
        uploadID: String,
        number: Int,
        from source: ObjectLocation,
        range: Range<UInt64>? = nil,
        ifMatch eTag: String? = nil,
        isCancelled: (() -> Bool)? = nil
    ) throws(AWSError) -> UploadedPart {
        var call = try call("UploadPartCopy", .put, location)
        call.query = [("partNumber", String(number)), ("uploadId", uploadID)]
        call.headers["x-amz-copy-source"] = Self.copySource(source)
        call.headers["x-amz-copy-source-range"] = range.map { "bytes=\($0.lowerBound)-\($0.upperBound - 1)" }
        call.headers["x-amz-copy-source-if-match"] = eTag
        call.stall = Self.serverSideWork
        call.isCancelled = cancellation(isCancelled)
        return UploadedPart(number: number, eTag: try copyResult(call, root: "CopyPartResult"))
    }

    /// Publishes the parts as one object: "CompleteMultipartUpload".
    ///
    /// - Parameters:
    ///   - parts: in the order of their numbers.
    ///   - size: all parts' sum in bytes, which S3 compares.
    ///   - ifNoneMatch: only where the key has no object yet; else the error's status is 412.
    ///   - replaced: only over an object that has this ETag; else the error is of kind `modified`.
    /// - Returns: the object's ETag.
    public func completeMultipartUpload(
        _ location: ObjectLocation,
        uploadID: String,
        parts: [UploadedPart],
        size: UInt64,
        ifNoneMatch: Bool = false,
        ifMatch replaced: String? = nil
    ) throws(AWSError) -> String {
        var call = try call("CompleteMultipartUpload", .post, location)
        call.query = [("uploadId", uploadID)]
        call.headers["Content-Type"] = "application/xml"
        call.headers["x-amz-mp-object-size"] = String(size)
        if ifNoneMatch { call.headers["If-None-Match"] = "*" }
        call.headers["If-Match"] = replaced
        let list = parts.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(XMLElement.escape($0.eTag))</ETag></Part>"
        }
        let document =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())"
            + "</CompleteMultipartUpload>"
        call.body = .bytes(Array(document.utf8))
        call.stall = Self.serverSideWork
        do {
            return try copyResult(call, root: "CompleteMultipartUploadResult")
        } catch {
            // An earlier try may have published the object although its answer was lost.
            let isPublished =
                [404, 412].contains(error.status) || ["NoSuchUpload", "PreconditionFailed"].contains(error.code)
            guard isPublished || error.kind != .service, let found = try? headObject(location), found.size == size,
                found.eTag == UploadedPart.eTag(ofAll: parts)
            else { throw error }
            return found.eTag
        }
    }

    /// A page of 1,000 uploads at most that were neither completed nor aborted: "ListMultipartUploads".
    ///
    /// - Parameters:
    ///   - prefix: of the keys.
    ///   - continuation: of the page before.
    public func listMultipartUploads(
        bucket: String,
        prefix: String = "",
        continuation: MultipartUploadListing.Marker? = nil
    ) throws(AWSError) -> MultipartUploadListing {
        var call = try call("ListMultipartUploads", .get, ObjectLocation(bucket: bucket, key: ""))
        call.query = [("uploads", ""), ("encoding-type", "url"), ("prefix", prefix)]
        if let continuation {
            call.query += [("key-marker", continuation.key), ("upload-id-marker", continuation.uploadID)]
        }
        let document = try document(call, root: "ListMultipartUploadsResult")
        let decode = Self.decoder(document)
        var uploads: [MultipartUpload] = []
        for entry in document.all("Upload") {
            guard let key = entry["Key"], let id = entry["UploadId"], !id.isEmpty else {
                throw call.error(.malformedResponse, "an entry has no key or no id")
            }
            let initiated = entry["Initiated"].flatMap(Timestamp.init(iso8601:))
            uploads.append(MultipartUpload(key: decode(key), uploadID: id, initiated: initiated))
        }
        let marker = document["NextKeyMarker"].map {
            MultipartUploadListing.Marker(key: decode($0), uploadID: document["NextUploadIdMarker"] ?? "")
        }
        let isTruncated = document["IsTruncated"] == "true" && marker != continuation
        return MultipartUploadListing(uploads: uploads, continuation: isTruncated ? marker : nil)
    }

    /// Gives a multipart upload up, so that its parts aren't billed; no error where it is gone: "AbortMultipartUpload".
    public func abortMultipartUpload(_ location: ObjectLocation, uploadID: String) throws(AWSError) {
        var call = try call("AbortMultipartUpload", .delete, location)
        call.isCancelled = nil
        call.query = [("uploadId", uploadID)]
        do {
            _ = try service.send(call)
        } catch {
            if error.code != "NoSuchUpload" { throw error }
        }
    }
}
