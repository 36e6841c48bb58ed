import EncodeJob

/// The tags of a job, for cost allocation and for finding it again.
enum JobTags {
    /// "Tag restrictions", AWS Batch User Guide.
    private static let longestValue = 256

    static func make(_ upload: Upload) -> [String: String] {
        [
            "reelpress:bucket": clean(upload.bucket),
            "reelpress:key": clean(upload.key),
            "reelpress:policy": JobKeys(source: upload.key)?.policy.rawValue ?? "",
        ]
    }

    /// What AWS allows in every service and is ASCII; all else becomes an underscore. The job's environment has the
    /// key as it is.
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
