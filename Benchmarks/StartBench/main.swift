import AWSCore
import Glibc

// Starts, signs one request and sends it to a port where nobody listens: the time to the first signed request.
let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "secret")
let configuration = AWSConfiguration(
    region: "us-east-1",
    credentials: credentials,
    endpoint: "http://127.0.0.1:1",
    retry: RetryPolicy(maxAttempts: 1)
)
do {
    _ = try S3Client(configuration).headObject(ObjectLocation(bucket: "b", key: "k"))
    exit(1)
} catch {
    exit(error.kind == .transport ? 0 : 1)
}
