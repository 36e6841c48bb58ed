/// What the proxy does to one exchange.
public enum Fault: CaseIterable, Sendable {
    /// Nothing.
    case none
    /// The connection is reset before the request reaches the server.
    case resetBefore
    /// The server has done its work, then the connection is reset without an answer.
    case resetAfter
    /// The answer's body is cut.
    case cut
    /// The answer stops in its middle and the connection stays.
    case stall
    /// 500 InternalError.
    case internalError
    /// 503 SlowDown.
    case slowDown
    /// 200 with an `<Error>`, where the answer is XML.
    case errorInside
    /// The XML is cut although the length agrees.
    case truncatedXML
    /// `Content-Length` is larger than the body.
    case lengthTooLarge
    /// `Content-Length` is smaller than the body.
    case lengthTooSmall
    /// The answer comes in small pieces.
    case drip
    /// A bit of the request's body flips on its way to the server.
    case flip
    /// The answer's head is cut, and the connection closed.
    case headCut
    /// No answer at all, for longer than the client waits.
    case silence
    /// 200 at once, white space, and then an `<Error>`, where the answer is XML.
    case lateError
    /// The answer has no `ETag`.
    case missingETag
    /// The answer has no `Content-Range`.
    case missingRange
    /// The object is another than it was: a read's answer has another `ETag`.
    case modified
    /// 400 BadDigest.
    case badDigest
    /// 403 RequestTimeTooSkewed, by a clock that is an hour ahead.
    case skewedClock
    /// 429 with a time to wait.
    case tooMany
    /// 503 in place of `100 Continue`.
    case refusedBody
}
