/// The tags of a job, for cost allocation and for finding it again.
public enum JobTags {
    /// "Tag restrictions", AWS Batch User Guide.
    private static let longestValue = 256

    /// Names and values.
    ///
    /// - Parameter lead: the id of the job that a helper helps; nil for a job that was submitted for a source.
    public static func make(_ keys: JobKeys, bucket: String, lead: String? = nil) -> [String: String] {
        var tags = [
            "reelpress:bucket": clean(bucket),
            "reelpress:key": clean(keys.source),
            "reelpress:policy": keys.policy.rawValue,
        ]
        tags["reelpress:lead"] = lead.map(clean)
        return tags
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
