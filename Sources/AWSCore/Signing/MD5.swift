import CCrypto

/// MD5, in which S3 writes the ETag of an object that was stored in one request without KMS. Proves nothing against an
/// attacker; it only tells whether an object is the one that was sent.
enum MD5 {
    static func hexDigest(_ bytes: UnsafeRawBufferPointer) -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        // Fails where OpenSSL runs in FIPS mode: then nothing is recognised.
        guard EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_md5(), nil) == 1 else { return "" }
        return hex(digest)
    }
}
