import HTTP
public import Threads

extension S3Client {
    /// Starts a multipart upload: "CreateMultipartUpload".
    ///
    /// - Returns: the upload's id.
    public func createMultipartUpload(
        _ location: ObjectLocation, options: ObjectOptions = ObjectOptions()
    ) throws(AWSError) -> String {
        var call = try call("CreateMultipartUpload", .post, location)
        call.query = [("uploads", "")]
        call.headers = options.headers
        call.headers["x-amz-checksum-algorithm"] = "SHA256"
        // Cut in its middle it would leave an upload whose id is unknown.
        if call.cancellation?.isCancelled == true { throw call.error(.cancelled, "cancelled") }
        call.cancellation = nil
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
        _ location: ObjectLocation, uploadID: String, number: Int, _ bytes: UnsafeRawBufferPointer,
        cancellation: Cancellation? = nil
    ) throws(AWSError) -> UploadedPart {
        var call = try call("UploadPart", .put, location)
        call.query = [("partNumber", String(number)), ("uploadId", uploadID)]
        call.body = .borrowed(bytes)
        call.hasChecksum = true
        if let cancellation { call.cancellation = cancellation }
        call.isPatient = false
        do { return try uploadPart(call, number: number) } catch {
            guard service.isPatient, error.isRetryable else { throw error }
            // Not every server answers that an upload was removed; waiting for it would be in vain.
            if isGone(location, uploadID: uploadID) {
                throw call.error(.service, status: 404, code: "NoSuchUpload", "the upload was removed")
            }
            call.isPatient = true
            return try uploadPart(call, number: number)
        }
    }

    private func uploadPart(_ call: APICall, number: Int) throws(AWSError) -> UploadedPart {
        let response = try service.send(call, check: Self.needsETag(call))
        return UploadedPart(
            number: number, etag: try etag(response, of: call), checksum: response.headers["x-amz-checksum-sha256"])
    }

    /// Whether an upload is no longer listed. False where that can't be found out.
    private func isGone(_ location: ObjectLocation, uploadID: String) -> Bool {
        do {
            let page = try listMultipartUploads(bucket: location.bucket, prefix: location.key)
            return page.continuation == nil && !page.uploads.contains { $0.uploadID == uploadID }
        } catch { return error.code == "NoSuchUpload" }
    }

    /// Fills a part from an object within S3: "UploadPartCopy".
    ///
    /// - Parameters:
    ///   - range: of the source, in bytes, 5 GiB at most; nil takes all of it.
    ///   - etag: which the source must have; else an error of kind `modified`.
    public func uploadPartCopy(
        _ location: ObjectLocation, uploadID: String, number: Int, from source: ObjectLocation,
        range: Range<UInt64>? = nil, ifMatch etag: ETag? = nil, cancellation: Cancellation? = nil
    ) throws(AWSError) -> UploadedPart {
        var call = try call("UploadPartCopy", .put, location)
        call.query = [("partNumber", String(number)), ("uploadId", uploadID)]
        call.headers["x-amz-copy-source"] = Self.copySource(source)
        call.headers["x-amz-copy-source-range"] = range.map { "bytes=\($0.lowerBound)-\($0.upperBound - 1)" }
        call.headers["x-amz-copy-source-if-match"] = etag?.quoted
        call.stall = Self.serverSideWork
        if let cancellation { call.cancellation = cancellation }
        let result = try copyResult(call, root: "CopyPartResult")
        return UploadedPart(number: number, etag: result.etag, checksum: result.document["ChecksumSHA256"])
    }

    /// Publishes the parts as one object: "CompleteMultipartUpload".
    ///
    /// - Parameters:
    ///   - parts: in the order of their numbers.
    ///   - size: all parts' sum in bytes, which S3 compares.
    ///   - ifNoneMatch: only where the key has no object yet; else `isWriteConflict`.
    ///   - replaced: only over an object that has this ETag; else the error is of kind `modified`.
    /// - Returns: the object's ETag.
    public func completeMultipartUpload(
        _ location: ObjectLocation, uploadID: String, parts: [UploadedPart], size: UInt64, ifNoneMatch: Bool = false,
        ifMatch replaced: ETag? = nil
    ) throws(AWSError) -> ETag {
        var call = try call("CompleteMultipartUpload", .post, location)
        call.query = [("uploadId", uploadID)]
        call.headers["Content-Type"] = "application/xml"
        call.headers["x-amz-mp-object-size"] = String(size)
        if ifNoneMatch { call.headers["If-None-Match"] = "*" }
        call.headers["If-Match"] = replaced?.quoted
        let list = parts.map { part in
            let checksum = part.checksum.map { "<ChecksumSHA256>\(XMLElement.escape($0))</ChecksumSHA256>" } ?? ""
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(XMLElement.escape(part.etag.quoted))</ETag>"
                + "\(checksum)</Part>"
        }
        let document =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())"
            + "</CompleteMultipartUpload>"
        call.body = .bytes(Array(document.utf8))
        call.stall = Self.serverSideWork
        do {
            return try copyResult(call, root: "CompleteMultipartUploadResult").etag
        } catch {
            // An earlier try may have published the object although its answer was lost.
            let isPublished =
                [404, 412].contains(error.status) || ["NoSuchUpload", "PreconditionFailed"].contains(error.code)
            guard isPublished || error.kind != .service, let found = try? headObject(location), found.size == size,
                found.etag == UploadedPart.etag(ofAll: parts)
            else { throw error }
            return found.etag
        }
    }

    /// A page of 1,000 uploads at most that were neither completed nor aborted: "ListMultipartUploads".
    ///
    /// - Parameters:
    ///   - prefix: of the keys.
    ///   - continuation: of the page before.
    public func listMultipartUploads(
        bucket: String, prefix: String = "", continuation: MultipartUploadListing.Marker? = nil
    ) throws(AWSError) -> MultipartUploadListing {
        var call = try call("ListMultipartUploads", .get, ObjectLocation(bucket: bucket, key: ""))
        call.isPatient = false
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
        call.cancellation = nil
        call.isPatient = false
        call.query = [("uploadId", uploadID)]
        do {
            _ = try service.send(call)
        } catch {
            if error.code != "NoSuchUpload" { throw error }
        }
    }
}

/// A part that S3 has.
public struct UploadedPart: Sendable, Equatable {
    /// From 1 to 10,000.
    public var number: Int
    public var etag: ETag
    /// SHA-256 in Base64, as S3 has returned it; nil from a server without checksums.
    public var checksum: String?

    public init(number: Int, etag: ETag, checksum: String? = nil) {
        self.number = number
        self.etag = etag
        self.checksum = checksum
    }

    /// The ETag that S3 gives an object of these parts: MD5 of the parts' MD5s, and their number. Nil where the parts'
    /// ETags aren't MD5s (KMS).
    static func etag(ofAll parts: [UploadedPart]) -> ETag? {
        var digests: [UInt8] = []
        for part in parts {
            let digits = Array(part.etag.value.utf8)
            guard digits.count == 32 else { return nil }
            for index in stride(from: 0, to: 32, by: 2) {
                guard let byte = Hex.number(digits[index...(index + 1)]) else { return nil }
                digests.append(UInt8(byte))
            }
        }
        return ETag("\(digests.withUnsafeBytes(MD5.hexDigest))-\(parts.count)")
    }
}

/// A multipart upload that was neither completed nor aborted.
public struct MultipartUpload: Sendable {
    public var key: String
    /// For `S3Client.abortMultipartUpload`.
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

    /// In order of their keys and then of their start.
    public var uploads: [MultipartUpload]
    /// Asks for the next page; nil at the end.
    public var continuation: Marker?
}
