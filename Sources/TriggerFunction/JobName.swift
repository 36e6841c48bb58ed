import EncodeJob

/// The name of a job: what can be kept of the key, and a hash that tells apart what can't.
enum JobName {
    /// Batch's limit: "SubmitJob", AWS Batch API Reference.
    private static let longest = 128

    /// Letters, digits, hyphens and underscores. The same for the same upload: S3 delivers an event more than
    /// once at times, and Lambda repeats one that failed in part.
    static func make(_ upload: Upload) -> String {
        let hash = hash([upload.bucket, upload.key, upload.versionID ?? "", upload.eTag ?? ""])
        let path = JobKeys(source: upload.key).map { "\($0.policy.rawValue)/\($0.path)" } ?? upload.key
        // The end of a key tells more than its start.
        var name = clean(path).suffix(longest - hash.utf8.count - 1).drop { !isAlphanumeric($0) }
        while let last = name.last, !isAlphanumeric(last) { name.removeLast() }
        return name.isEmpty ? hash : String(decoding: name, as: UTF8.self) + "-" + hash
    }

    /// Each run of other characters becomes one underscore, each slash a hyphen.
    private static func clean(_ path: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            if isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                bytes.append(byte)
            } else if byte == UInt8(ascii: "/") {
                bytes.append(UInt8(ascii: "-"))
            } else if bytes.last != UInt8(ascii: "_") {
                bytes.append(UInt8(ascii: "_"))
            }
        }
        return bytes
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte
    }

    /// FNV-1a with 64 bits, as 16 hexadecimal digits.
    private static func hash(_ parts: [String]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            // No part holds a NUL, so that no two lists of parts run together.
            for byte in part.utf8 + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
