import CCurl

/// Why a request has no complete response.
public struct HTTPError: Error, CustomStringConvertible, Sendable {
    /// What went wrong, in the terms that decide whether another try can help.
    public enum Code: Sendable {
        /// The URL or a header can't be sent.
        case invalidRequest
        /// The host's or the proxy's name has no address.
        case nameNotResolved
        /// No connection came about.
        case notConnected
        /// TLS failed for a passing reason.
        case tlsFailed
        /// The server's certificate isn't trusted.
        case untrustedCertificate
        /// A limit of `HTTPTimeouts` was reached.
        case timedOut
        /// The connection broke before the whole response was there.
        case connectionLost
        /// What came isn't HTTP, or its length isn't what it announced.
        case malformedResponse
        /// A collected body is larger than the limit.
        case bodyTooLarge
        /// The request's cancellation was requested.
        case cancelled
        /// Something else in libcurl.
        case other
    }

    /// What went wrong.
    public var code: Code
    /// libcurl's words. Neither headers nor bodies are part of them.
    public var message: String

    /// An error of this kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ result: CURLcode, detail: String) {
        let words = String(cString: curl_easy_strerror(result))
        self.init(Self.code(of: result), detail.isEmpty ? words : detail)
    }

    /// Whether the same request can succeed a moment later.
    public var isTransient: Bool {
        switch code {
        case .nameNotResolved, .notConnected, .tlsFailed, .timedOut, .connectionLost, .malformedResponse, .other: true
        case .invalidRequest, .untrustedCertificate, .bodyTooLarge, .cancelled: false
        }
    }

    /// The message.
    public var description: String { message }

    private static func code(of result: CURLcode) -> Code {
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: .notConnected
        case CURLE_SSL_CONNECT_ERROR: .tlsFailed
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .untrustedCertificate
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND:
            .connectionLost
        // The scheme is looked at before: what is left is an answer that isn't HTTP/1.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_UNSUPPORTED_PROTOCOL: .malformedResponse
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        default: .other
        }
    }
}
