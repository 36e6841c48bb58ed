import EncodeJob

/// The tags of a job, for cost allocation and for finding it again.
enum JobTags {
    /// "Tag restrictions", AWS Batch User Guide.
    private static let longestValue = 256

    static func make(_ keys: JobKeys, _ object: S3ObjectVersion) -> [String: String] {
        [
            "reelpress:bucket": clean(object.bucket),
            "reelpress:key": clean(object.key),
            "reelpress:policy": keys.policy.rawValue,
        ]
    }

    /// Keeps the ASCII characters that every service of AWS allows; all others become underscores. The job's environment
    /// has the key unchanged.
    private static func clean(_ text: String) -> String {
        let bytes = text.unicodeScalars.map { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "+", "-", "=", ".", "_", ":", "/", "@": UInt8(ascii: scalar)
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: bytes.suffix(longestValue), as: UTF8.self)
    }
}
