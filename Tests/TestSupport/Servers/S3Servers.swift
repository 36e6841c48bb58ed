import Glibc

/// The servers that we didn't write, started once for all tests.
public enum S3Servers {
    /// The access key that rclone knows; its secret is `secret`.
    public static let accessKey = "AKIDTEST"

    /// Status that rclone gives a request without any signature.
    public static func statusWithoutSignature(_ method: String, _ path: String) -> Int {
        PlainRequest.send(method, rclone.port, path).status
    }

    /// What rclone serves: a folder for each bucket.
    public static let rcloneFolder: String = {
        var template = Array("/tmp/reelpress-s3-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }()

    /// `rclone serve s3` over a folder with the bucket `bucket`, checking signatures.
    public static let rclone: ServerProcess = {
        let folder = rcloneFolder
        mkdir(folder + "/bucket", 0o755)
        let rclone = Tool.path("rclone")
        return ServerProcess(
            "(trap '' HUP; exec '\(rclone)' serve s3 --config /dev/null --auth-key \(accessKey),secret "
                + "--addr 127.0.0.1:0 --vfs-cache-mode off '\(folder)')",
            afterwards: "rm -rf '\(folder)'"
        )
    }()
}
