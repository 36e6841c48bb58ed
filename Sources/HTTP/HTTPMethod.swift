/// A request's method.
public enum HTTPMethod: String, Sendable {
    /// Reads a representation.
    case get = "GET"
    /// Reads the headers of a representation; the response has no body.
    case head = "HEAD"
    /// Sends a body to be processed.
    case post = "POST"
    /// Stores the body under the URL.
    case put = "PUT"
    /// Removes what is stored under the URL.
    case delete = "DELETE"
}
