import CCrypto

/// Hexadecimal digits.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The number that 1 to 8 digits write; nil for anything else (Swift's own parser takes a sign too).
    static func number(_ digits: some Collection<UInt8>) -> UInt32? {
        guard 1...8 ~= digits.count else { return nil }
        var number: UInt32 = 0
        for byte in digits {
            switch byte {
            case 48...57: number = number << 4 | UInt32(byte - 48)
            case 65...70, 97...102: number = number << 4 | UInt32((byte | 32) - 87)
            default: return nil
            }
        }
        return number
    }

    /// Two lower-case digits for each byte.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Base64 with padding, on one line (RFC 4648).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        // OpenSSL ends the text with a zero.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let length = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(length)), as: UTF8.self)
    }
}
