import Testing

@testable import HTTP

@Suite("TrustStore") struct TrustStoreTests {
    private func path(_ environment: [String], builtIn: String?, there: Set<String>) -> String? {
        TrustStore.path(environment: environment, builtIn: builtIn) { there.contains($0) }
    }

    @Test("The environment's certificates come first") func environment() {
        #expect(path(["/mine", "/other"], builtIn: "/b", there: ["/b"]) == "/mine")
        #expect(path(["", "/other"], builtIn: "/b", there: ["/b"]) == "/other")
    }

    @Test("libcurl's own place is left to it") func builtIn() {
        #expect(path(["", ""], builtIn: "/b", there: ["/b"]) == nil)
    }

    @Test("Other systems' places are found") func otherSystems() {
        let amazonLinux = "/etc/pki/tls/certs/ca-bundle.crt"
        #expect(path([], builtIn: "/etc/ssl/certs/ca-certificates.crt", there: [amazonLinux]) == amazonLinux)
        #expect(path([], builtIn: nil, there: []) == nil)
    }
}
