import CCurl

/// An easy handle on the heap, so that an array can hold it, and the translation of a request into its options.
///
/// Owned by the pool while idle and by one thread while in use, never by both: that is what makes it Sendable.
final class PooledHandle: @unchecked Sendable {
    /// Large enough that a call moves a TLS record or more, small enough for the processor's cache.
    private static let bufferSize = 512 << 10
    private let handle: EasyHandle

    init() throws(HTTPError) {
        _ = Self.libraryIsReady
        handle = try EasyHandle()
    }

    /// Initialised before the first handle: curl_easy_init would do it by itself, but not safely from two threads at
    /// once in every version (https://curl.se/libcurl/c/curl_global_init.html).
    private static let libraryIsReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func perform(
        _ request: HTTPRequest, _ transfer: Transfer, timeouts: HTTPTimeouts, usesProxy: Bool
    ) throws -> HTTPResponse {
        handle.reset()
        if !usesProxy { try handle.set(CURLOPT_NOPROXY, "*") }
        try configure(request, timeouts)
        try setMethod(request)
        var list = try HeaderList(request.headers)
        // libcurl sends `Expect` by its own rules, and a form's content type with any POST, unless they are set.
        list.append(request.expectsContinue ? "Expect: 100-continue" : "Expect:")
        if request.headers["Content-Type"] == nil { list.append("Content-Type:") }
        try handle.check(reelpress_curl_set_list(handle.curl, CURLOPT_HTTPHEADER, list.first))
        try connect(transfer, request)

        let result = withExtendedLifetime(transfer) { curl_easy_perform(handle.curl) }
        _ = consume list
        if let error = transfer.parkedError { throw error }
        guard result == CURLE_OK else { throw handle.error(result) }
        guard transfer.headers.isComplete else { throw HTTPError(.connectionLost, "the response's head breaks off") }
        return transfer.headers.response
    }

    private func configure(_ request: HTTPRequest, _ timeouts: HTTPTimeouts) throws(HTTPError) {
        guard request.url.hasPrefix("http://") || request.url.hasPrefix("https://") else {
            throw HTTPError(.invalidRequest, "\(request.url.debugDescription) is no URL of HTTP")
        }
        try handle.set(CURLOPT_URL, request.url)
        try handle.set(CURLOPT_PATH_AS_IS, 1)
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        if let path = TrustStore.path { try handle.set(CURLOPT_CAINFO, path) }
        // Signals would interrupt the host program's threads.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_BUFFERSIZE, Self.bufferSize)
        try handle.set(CURLOPT_UPLOAD_BUFFERSIZE, Self.bufferSize)
        try handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        // S3 closes idle connections after some seconds; an older one is likelier dead than alive.
        try handle.set(CURLOPT_MAXAGE_CONN, 20)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, Int(timeouts.connect * 1000))
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try handle.set(CURLOPT_LOW_SPEED_TIME, timeouts.stall)
        try handle.set(CURLOPT_TIMEOUT_MS, Int(timeouts.total * 1000))
        try handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    private func setMethod(_ request: HTTPRequest) throws(HTTPError) {
        let length = request.body.length
        switch (request.method, request.body) {
        case (.head, _):
            try handle.set(CURLOPT_NOBODY, 1)
        case (.get, .none):
            try handle.set(CURLOPT_HTTPGET, 1)
        case (.post, _):
            try handle.set(CURLOPT_POST, 1)
            try handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: length)
        case (.delete, .none):
            try handle.set(CURLOPT_HTTPGET, 1)
            try handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        default:
            try handle.set(CURLOPT_UPLOAD, 1)
            try handle.set(CURLOPT_INFILESIZE_LARGE, offset: length)
            try handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func connect(_ transfer: Transfer, _ request: HTTPRequest) throws(HTTPError) {
        let pointer = Unmanaged.passUnretained(transfer).toOpaque()
        let curl = handle.curl
        try handle.check(reelpress_curl_set_data_callback(curl, CURLOPT_HEADERFUNCTION, Transfer.takeHeader))
        try handle.set(CURLOPT_HEADERDATA, pointer: pointer)
        try handle.check(reelpress_curl_set_data_callback(curl, CURLOPT_WRITEFUNCTION, Transfer.takeBody))
        try handle.set(CURLOPT_WRITEDATA, pointer: pointer)
        try handle.check(reelpress_curl_set_data_callback(curl, CURLOPT_READFUNCTION, Transfer.giveBody))
        try handle.set(CURLOPT_READDATA, pointer: pointer)
        try handle.check(reelpress_curl_set_seek_callback(curl, Transfer.rewind))
        try handle.set(CURLOPT_SEEKDATA, pointer: pointer)
        guard request.cancellation != nil else { return }
        try handle.check(reelpress_curl_set_progress_callback(curl, Transfer.reportProgress))
        try handle.set(CURLOPT_XFERINFODATA, pointer: pointer)
        try handle.set(CURLOPT_NOPROGRESS, 0)
    }
}

/// The handles that no thread uses at the moment, the last used one last.
struct HandlePool {
    /// More idle connections than this are of no use.
    private static let capacity = 32
    private var handles: [PooledHandle] = []

    mutating func take() -> PooledHandle? {
        handles.popLast()
    }

    mutating func give(_ handle: PooledHandle) {
        if handles.count < Self.capacity { handles.append(handle) }
    }
}

/// The owner of the linked list in which libcurl takes request headers.
struct HeaderList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ headers: HTTPHeaders) throws(HTTPError) {
        for (name, value) in headers.fields {
            // A line break in a value would start a header of its own.
            guard name.utf8.allSatisfy(Self.isNameByte), value.utf8.allSatisfy({ $0 == 9 || $0 >= 32 && $0 != 127 })
            else {
                curl_slist_free_all(first)
                throw HTTPError(.invalidRequest, "the header \(name.debugDescription) holds a control character")
            }
            // libcurl takes "name:" as an order to leave a header out, and "name;" as one that is empty.
            append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
    }

    mutating func append(_ line: String) {
        first = curl_slist_append(first, line)
    }

    deinit { curl_slist_free_all(first) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && byte != UInt8(ascii: ":")
    }
}
