import HTTP
public import Threads

extension S3Client {
    /// Reads part of an object into a buffer: "GetObject". A body that breaks off goes on from there.
    ///
    /// - Parameters:
    ///   - range: in bytes, not empty and inside the object.
    ///   - attributes: of the object that was opened: another ETag or size is an error of kind `modified`.
    ///   - buffer: at least as long as the range.
    ///   - cancellation: in place of the client's, within which it should be made.
    ///   - received: called with how many bytes are in place after each arrival.
    public func getObject(
        _ location: ObjectLocation, range: Range<UInt64>, of attributes: ObjectAttributes,
        into buffer: UnsafeMutableRawBufferPointer, cancellation: Cancellation? = nil,
        received: @escaping (Int) -> Void = { _ in }
    ) throws(AWSError) {
        precondition(buffer.count >= range.count)
        var call = try call("GetObject", .get, location)
        call.query = location.versionQuery
        call.headers["If-Match"] = attributes.etag.quoted
        if let cancellation { call.cancellation = cancellation }
        var count = 0
        var isChecked = false
        let subject = call
        _ = try service.send(
            call,
            prepare: {
                isChecked = false
                $0.headers["Range"] = "bytes=\(range.lowerBound + UInt64(count))-\(range.upperBound - 1)"
            },
            progress: { UInt64(count) },
            check: { _ throws(AWSError) in
                guard count == range.count else {
                    throw subject.error(
                        .malformedResponse,
                        "the body ended after \(count) of \(range.count) bytes",
                        isRetryable: true
                    )
                }
            },
            receive: { response, bytes in
                if !isChecked {
                    let missing = (range.lowerBound + UInt64(count))..<range.upperBound
                    try Self.check(response, isOf: missing, attributes, subject)
                    isChecked = true
                }
                guard bytes.count <= range.count - count else {
                    throw subject.error(.malformedResponse, "the body is longer than the range", isRetryable: true)
                }
                UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + bytes.count)]).copyMemory(from: bytes)
                count += bytes.count
                received(count)
            }
        )
    }

    /// Reads a small object, of 16 MiB at most, in one request: "GetObject".
    public func getObject(_ location: ObjectLocation) throws(AWSError) -> [UInt8] {
        var call = try call("GetObject", .get, location)
        call.query = location.versionQuery
        return try service.send(call).body
    }

    /// Reads an object's first byte, for the reason of a refusal that "HeadObject" doesn't give: "GetObject".
    public func readFirstByte(_ location: ObjectLocation) throws(AWSError) {
        var call = try call("GetObject", .get, location)
        call.query = location.versionQuery
        call.headers["Range"] = "bytes=0-0"
        // A server without ranges sends the whole object: what comes is of no interest.
        _ = try service.send(call, receive: { _, _ in })
    }

    /// No byte is taken before the answer's head has shown that it is of this object and of this range. The status
    /// does not show it: some servers answer a range with 200.
    private static func check(
        _ response: HTTPResponse, isOf range: Range<UInt64>, _ attributes: ObjectAttributes, _ call: APICall
    ) throws(AWSError) {
        guard let etag = response.headers["ETag"].flatMap(ETag.init(parsing:)) else {
            throw call.error(
                .malformedResponse,
                status: response.status,
                "the answer has no ETag",
                isRetryable: true
            )
        }
        guard etag == attributes.etag else {
            throw call.error(
                .modified,
                status: response.status,
                code: "PreconditionFailed",
                "the object was modified after it was opened"
            )
        }
        guard response.contentLength.map({ $0 == UInt64(range.count) }) ?? true else {
            throw call.error(
                .malformedResponse,
                status: response.status,
                "the answer has \(response.contentLength ?? 0) bytes in place of \(range.count)",
                isRetryable: true
            )
        }
        let fields = response.headers["Content-Range"]?.split { $0 == " " || $0 == "-" || $0 == "/" }
        guard let fields, fields.count == 4, fields[0] == "bytes", UInt64(fields[1]) == range.lowerBound,
            UInt64(fields[3]) == attributes.size
        else {
            throw call.error(
                .malformedResponse,
                status: response.status,
                "the answer is of another range: \(response.headers["Content-Range"] ?? "no Content-Range")",
                isRetryable: true
            )
        }
    }
}
