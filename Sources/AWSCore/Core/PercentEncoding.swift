/// Percent-encoding as Signature Version 4 defines it (RFC 3986's unreserved characters stay, hexadecimal digits are
/// upper case): "Create a signed AWS API request", UriEncode.
public enum PercentEncoding {
    static func encode(_ text: String, keepingSlash: Bool) -> String {
        encode(text, keeping: keepingSlash ? "/" : "")
    }

    /// - Parameter kept: ASCII characters that stay, besides the unreserved ones.
    public static func encode(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.utf8.contains(byte) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A query string in the order that is signed, which is also the order in which it is sent.
    static func encode(_ query: [(name: String, value: String)]) -> String {
        func precedes(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }
        return query.map { (encode($0.name), encode($0.value)) }
            .sorted { precedes($0.0, $1.0) || $0.0 == $1.0 && precedes($0.1, $1.1) }
            .map { $0.0 + "=" + $0.1 }
            .joined(separator: "&")
    }

    /// Decodes escapes; bytes that aren't part of a valid one stay as they are.
    static func decode(_ text: String) -> String {
        String(decoding: decode(text.utf8) { $0 }, as: UTF8.self)
    }

    /// Decodes an HTML form's encoding, in which a plus is a blank: S3's in listings.
    static func decodeForm(_ text: String) -> String {
        String(decoding: decode(text.utf8, blank) { $0 }, as: UTF8.self)
    }

    /// Decodes an HTML form's encoding, S3's in notifications.
    ///
    /// - Returns: the bytes; nil where a `%` isn't followed by two hexadecimal digits.
    public static func bytes(ofForm text: String) -> [UInt8]? {
        var isValid = true
        let bytes = decode(text.utf8, blank) { byte in
            isValid = false
            return byte
        }
        return isValid ? bytes : nil
    }

    private static func blank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte }

    /// - Parameters:
    ///   - plain: what a byte outside of escapes stands for.
    ///   - invalid: what a `%` without two digits stands for.
    private static func decode(
        _ text: String.UTF8View, _ plain: (UInt8) -> UInt8 = { $0 }, invalid: (UInt8) -> UInt8
    ) -> [UInt8] {
        let bytes = Array(text)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] != UInt8(ascii: "%") {
                result.append(plain(bytes[index]))
                index += 1
            } else if index + 2 < bytes.count, let byte = Hex.number(bytes[(index + 1)...(index + 2)]) {
                result.append(UInt8(byte))
                index += 3
            } else {
                result.append(invalid(bytes[index]))
                index += 1
            }
        }
        return result
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte)
    }
}
