import AWSCore
import EncodeJob

/// The name of a job: the characters of the key that Batch allows, and a hash that keeps names apart that differ in others.
enum JobName {
    /// Batch's limit: "SubmitJob", AWS Batch API Reference.
    private static let longest = 128

    /// Letters, digits, hyphens and underscores. The same for the same version of an object: S3 delivers an event more
    /// than once at times, and Lambda repeats one that failed in part.
    static func make(_ keys: JobKeys, _ object: S3ObjectVersion) -> String {
        let hash = hash([object.bucket, object.key, object.versionID ?? "", object.etag?.value ?? ""])
        // The end of a key is more specific than its start.
        var name = clean("\(keys.policy.rawValue)/\(keys.path)").suffix(longest - hash.utf8.count - 1).drop {
            !$0.isASCIIAlphanumeric
        }
        while let last = name.last, !last.isASCIIAlphanumeric { name.removeLast() }
        return name.isEmpty ? hash : String(decoding: name, as: UTF8.self) + "-" + hash
    }

    /// Each run of other characters becomes one underscore, each slash a hyphen.
    private static func clean(_ path: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            if byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                bytes.append(byte)
            } else if byte == UInt8(ascii: "/") {
                bytes.append(UInt8(ascii: "-"))
            } else if bytes.last != UInt8(ascii: "_") {
                bytes.append(UInt8(ascii: "_"))
            }
        }
        return bytes
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
