import LambdaRuntime

/// An event that is none of S3's.
struct InvalidEvent: LambdaError {
    let errorType = "InvalidEvent"
    let description: String
}
