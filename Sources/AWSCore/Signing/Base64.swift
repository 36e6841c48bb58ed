import CCrypto

/// Base64 with padding, on one line (RFC 4648).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        // OpenSSL ends the text with a zero.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let length = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(length)), as: UTF8.self)
    }
}
