import CCurl

/// The one owner of a libcurl easy handle and of the connection that it keeps alive. Only the thread that took it from
/// the client's pool touches it.
struct EasyHandle: ~Copyable {
    let curl: UnsafeMutableRawPointer
    /// libcurl writes its words about a failure here; CURL_ERROR_SIZE bytes.
    private let errorText: UnsafeMutablePointer<CChar>

    init() throws(HTTPError) {
        guard let curl = curl_easy_init() else { throw HTTPError(.other, "libcurl has no memory for a handle") }
        self.curl = curl
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(curl)
        errorText.deallocate()
    }

    /// Takes back every option of the last request; connections and the DNS cache stay
    /// (https://curl.se/libcurl/c/curl_easy_reset.html).
    func reset() {
        curl_easy_reset(curl)
        errorText[0] = 0
        _ = reelpress_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(reelpress_curl_set_long(curl, option, value))
    }

    func set(_ option: CURLoption, offset: UInt64) throws(HTTPError) {
        try check(reelpress_curl_set_offset(curl, option, curl_off_t(clamping: offset)))
    }

    /// libcurl copies the string.
    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(reelpress_curl_set_string(curl, option, value))
    }

    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) throws(HTTPError) {
        try check(reelpress_curl_set_pointer(curl, option, pointer))
    }

    func check(_ result: CURLcode) throws(HTTPError) {
        guard result == CURLE_OK else { throw error(result) }
    }

    func error(_ result: CURLcode) -> HTTPError {
        HTTPError(result, detail: String(cString: errorText))
    }
}
