/// A part that S3 has.
public struct UploadedPart: Sendable, Equatable {
    /// From 1 to 10,000.
    public var number: Int
    /// The part's ETag, with its quotation marks.
    public var eTag: String

    /// A part.
    public init(number: Int, eTag: String) {
        self.number = number
        self.eTag = eTag
    }

    /// The ETag that S3 gives an object of these parts: MD5 of the parts' MD5s, and their number. Nil where the parts'
    /// ETags aren't MD5s (KMS).
    static func eTag(ofAll parts: [UploadedPart]) -> String? {
        var digests: [UInt8] = []
        for part in parts {
            let digits = Array(part.eTag.utf8.filter { $0 != UInt8(ascii: "\"") })
            guard digits.count == 32 else { return nil }
            for index in stride(from: 0, to: 32, by: 2) {
                guard let byte = parseHex(digits[index...(index + 1)]) else { return nil }
                digests.append(UInt8(byte))
            }
        }
        return "\"\(digests.withUnsafeBytes(MD5.hexDigest))-\(parts.count)\""
    }
}
