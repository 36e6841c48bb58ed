import CCrypto

/// SHA-256 and HMAC-SHA-256 through OpenSSL, which uses the processor's own instructions.
public enum SHA256 {
    static let digestLength = 32
    private static let blockLength = 64

    /// The digest of a text's UTF-8 bytes, as 64 hexadecimal digits.
    public static func hexDigest(_ text: String) -> String { Hex.encode(digest(text)) }

    static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestLength) { output, count in
            // Fails only without memory; an unsigned request would only be refused later and elsewhere.
            let result = EVP_Digest(bytes.baseAddress, bytes.count, output.baseAddress, nil, EVP_sha256(), nil)
            precondition(result == 1, "OpenSSL can't compute SHA-256")
            count = digestLength
        }
    }

    static func digest(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
    }

    /// HMAC-SHA-256 (RFC 2104). OpenSSL's own looks its implementation up by name at each call, which takes longer than
    /// the five short digests of a signature.
    static func authenticate(_ text: String, key: [UInt8]) -> [UInt8] {
        let key = key.count > blockLength ? key.withUnsafeBytes(digest) : key
        func pad(_ mask: UInt8) -> [UInt8] {
            key.map { $0 ^ mask } + [UInt8](repeating: mask, count: blockLength - key.count)
        }
        let inner = (pad(0x36) + Array(text.utf8)).withUnsafeBytes(digest)
        return (pad(0x5C) + inner).withUnsafeBytes(digest)
    }
}

/// MD5, in which S3 writes the ETag of an object that was stored in one request without KMS. Proves nothing against an
/// attacker; it only shows whether an object is the one that was sent.
enum MD5 {
    static func hexDigest(_ bytes: UnsafeRawBufferPointer) -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        // Fails where OpenSSL runs in FIPS mode: then nothing is recognised.
        guard EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_md5(), nil) == 1 else { return "" }
        return Hex.encode(digest)
    }
}
