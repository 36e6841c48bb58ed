/// An error that knows how Lambda shall call it. Of any other error the name of its Swift type and its description are
/// reported.
public protocol LambdaError: Error, CustomStringConvertible {
    /// ASCII letters, a capital first, such as `RecordsFailed`.
    var errorType: String { get }
}
