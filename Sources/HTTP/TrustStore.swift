import CCurl
import Glibc

/// The certificates that servers are verified by. libcurl knows the place of the system that it was built for;
/// a program may run on another (Debian's libcurl on Amazon Linux).
enum TrustStore {
    /// A file for CURLOPT_CAINFO; nil leaves it to libcurl.
    static let path: String? = path(
        environment: [variable("AWS_CA_BUNDLE"), variable("SSL_CERT_FILE")],
        builtIn: reelpress_curl_built_in_certificates().map { String(cString: $0) },
        isReadable: { access($0, R_OK) == 0 })

    private static func variable(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }

    private static let knownPlaces = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// - Parameter environment: what the user asks for; the first that isn't empty counts, readable or not, so that a
    ///   wrong one is an error and not passed over.
    static func path(environment: [String], builtIn: String?, isReadable: (String) -> Bool) -> String? {
        if let asked = environment.first(where: { !$0.isEmpty }) { return asked }
        if let builtIn, isReadable(builtIn) { return nil }
        return knownPlaces.first(where: isReadable)
    }
}
