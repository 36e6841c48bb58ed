import CCrypto

/// SHA-256 and HMAC-SHA-256 through OpenSSL, which uses the processor's own instructions.
public enum SHA256 {
    static let digestLength = 32

    /// The digest of a text's UTF-8 bytes, as 64 hexadecimal digits.
    public static func hexDigest(_ text: String) -> String { hex(digest(text)) }

    static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestLength) { output, count in
            // Fails for want of memory alone; an unsigned request would only be refused later and elsewhere.
            let result = EVP_Digest(bytes.baseAddress, bytes.count, output.baseAddress, nil, EVP_sha256(), nil)
            precondition(result == 1, "OpenSSL can't compute SHA-256")
            count = digestLength
        }
    }

    static func digest(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
    }

    static func authenticate(_ text: String, key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestLength) { output, count in
            let message = Array(text.utf8)
            let result = HMAC(EVP_sha256(), key, CInt(key.count), message, message.count, output.baseAddress, nil)
            precondition(result != nil, "OpenSSL can't compute HMAC-SHA-256")
            count = digestLength
        }
    }
}
