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
        call.isCancelled = isCancelled
        let subject = call
        let response = try service.send(
            call,
            check: { response throws(AWSError) in
                if response.headers["ETag"] == nil {
                    throw subject.error(.malformedResponse, "the answer has no ETag", isRetryable: true)
                }
            }
        )
        return UploadedPart(number: number, eTag: try eTag(response, of: call))
    }

    /// Fills a part from an object within S3: "UploadPartCopy".
    ///
    /// - Parameter range: of the source, in bytes, 5 GiB at most; nil takes all of it.
    public func uploadPartCopy(
        _ location: ObjectLocation,
        uploadID: String,
        number: Int,
        from source: ObjectLocation,
        range: Range<UInt64>? = nil,
        ifMatch eTag: String? = nil
    ) throws(AWSError) -> UploadedPart {
        var call = try call("UploadPartCopy", .put, location)
        call.query = [("partNumber", String(number)), ("uploadId", uploadID)]
        call.headers["x-amz-copy-source"] = Self.copySource(source)
        call.headers["x-amz-copy-source-range"] = range.map { "bytes=\($0.lowerBound)-\($0.upperBound - 1)" }
        call.headers["x-amz-copy-source-if-match"] = eTag
        return UploadedPart(number: number, eTag: try copyResult(call, root: "CopyPartResult"))
    }

    /// Publishes the parts as one object: "CompleteMultipartUpload".
    ///
    /// - Parameters:
    ///   - parts: in the order of their numbers.
    ///   - size: all parts' sum in bytes, which S3 compares.
    ///   - ifNoneMatch: only where the key has no object yet; else the error's status is 412.
    /// - Returns: the object's ETag.
    public func completeMultipartUpload(
        _ location: ObjectLocation,
        uploadID: String,
        parts: [UploadedPart],
        size: UInt64,
        ifNoneMatch: Bool = false
    ) throws(AWSError) -> String {
        var call = try call("CompleteMultipartUpload", .post, location)
        call.query = [("uploadId", uploadID)]
        call.headers["Content-Type"] = "application/xml"
        call.headers["x-amz-mp-object-size"] = String(size)
        if ifNoneMatch { call.headers["If-None-Match"] = "*" }
        let list = parts.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(XMLElement.escape($0.eTag))</ETag></Part>"
        }
        let document =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())"
            + "</CompleteMultipartUpload>"
        call.body = .bytes(Array(document.utf8))
        // S3 works for minutes on a large object, with white space now and then as a sign of life.
        call.stall = 180
        do {
            return try copyResult(call, root: "CompleteMultipartUploadResult")
        } catch {
            // An earlier try may have published the object although its answer was lost.
            guard error.status == 404 || error.status == 412 || error.kind != .service,
                let found = try? headObject(location), found.size == size,
                found.eTag == UploadedPart.eTag(ofAll: parts)
            else { throw error }
            return found.eTag
        }
    }

    /// Gives a multipart upload up, so that its parts aren't billed; no error where it is gone: "AbortMultipartUpload".
    public func abortMultipartUpload(_ location: ObjectLocation, uploadID: String) throws(AWSError) {
        var call = try call("AbortMultipartUpload", .delete, location)
        call.query = [("uploadId", uploadID)]
        do {
            _ = try service.send(call)
        } catch {
            if error.code != "NoSuchUpload" { throw error }
        }
    }
}
