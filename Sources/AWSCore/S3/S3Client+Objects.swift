import HTTP

extension S3Client {
    /// An object's attributes: "HeadObject".
    public func headObject(_ location: ObjectLocation) throws(AWSError) -> ObjectAttributes {
        var call = try call("HeadObject", .head, location)
        call.query = location.versionQuery
        return try ObjectAttributes(service.send(call), of: call)
    }

    /// Stores an object in one request of 5 GiB at most: "PutObject".
    ///
    /// - Returns: the ETag.
    public func putObject(
        _ location: ObjectLocation, _ bytes: [UInt8], options: ObjectOptions = ObjectOptions()
    ) throws(AWSError) -> ETag {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(AWSError) in try putObject(location, buffer, options: options) }
        }
        return try result.get()
    }

    func putObject(
        _ location: ObjectLocation, _ bytes: UnsafeRawBufferPointer, options: ObjectOptions
    ) throws(AWSError) -> ETag {
        var call = try call("PutObject", .put, location)
        call.headers = options.headers
        for condition in options.conditions { call.headers[condition.name] = condition.value }
        call.body = .borrowed(bytes)
        call.hasChecksum = true
        var tries = 0
        do {
            let check = Self.needsETag(call)
            return try etag(service.send(call, prepare: { _ in tries += 1 }, check: check), of: call)
        } catch {
            // Our own object of an earlier try whose answer was lost?
            guard error.status == 412, tries > 1, let found = try? headObject(location),
                found.size == bytes.count, found.etag.value == MD5.hexDigest(bytes)
            else { throw error }
            return found.etag
        }
    }

    /// Removes an object; no error where there is none: "DeleteObject".
    public func deleteObject(_ location: ObjectLocation) throws(AWSError) {
        var call = try call("DeleteObject", .delete, location)
        call.query = location.versionQuery
        _ = try service.send(call)
    }

    /// An answer without an ETag isn't of S3's making: the call is repeated.
    static func needsETag(_ call: APICall) -> (HTTPResponse) throws(AWSError) -> Void {
        { response throws(AWSError) in
            guard response.headers["ETag"].flatMap(ETag.init(parsing:)) == nil else { return }
            throw call.error(
                .malformedResponse,
                status: response.status,
                "the answer has no ETag",
                isRetryable: true
            )
        }
    }

    func etag(_ response: HTTPResponse, of call: APICall) throws(AWSError) -> ETag {
        guard let etag = response.headers["ETag"].flatMap(ETag.init(parsing:)) else {
            throw call.error(.malformedResponse, "the answer has no ETag")
        }
        return etag
    }

    /// Sends a call and reads its XML. The 200 comes before the work is done: an `Error` inside, or a document that breaks
    /// off, is the server's failure and transient ("CompleteMultipartUpload", "CopyObject").
    func document(
        _ call: APICall, root: String, prepare: (inout APICall) -> Void = { _ in }
    ) throws(AWSError) -> XMLElement {
        var document = XMLElement(name: "")
        _ = try service.send(
            call,
            prepare: prepare,
            check: { response throws(AWSError) in
                guard let parsed = try? XMLParser.parse(response.body) else {
                    throw call.error(
                        .malformedResponse,
                        status: response.status,
                        "the answer breaks off or isn't XML",
                        isRetryable: true
                    )
                }
                if parsed.name == "Error" { throw ErrorResponse.inSuccess(response, of: call) }
                // Some servers name the root after the operation, without "Result".
                guard parsed.name == root || parsed.name + "Result" == root else {
                    throw call.error(.malformedResponse, status: response.status, "the answer isn't a \(root)")
                }
                document = parsed
            }
        )
        return document
    }
}
