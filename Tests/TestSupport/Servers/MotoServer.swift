/// `moto_server`, for what rclone lacks: conditional requests and AWS Batch without Docker.
public enum MotoServer {
    /// Started once for all tests. Its signature checks are off (see `S3Servers.rclone` for those).
    public static let shared = ServerProcess("exec '\(Tool.path("moto_server"))' -H 127.0.0.1 -p 0")

    /// Makes a bucket.
    public static func makeBucket(_ name: String) {
        let answer = PlainRequest.send("PUT", shared.port, "/\(name)")
        precondition(answer.status == 200, "moto makes no bucket \(name): \(answer)")
    }
}
