import Testing

@testable import HTTP

struct TrustStoreTests {
    private func path(_ environment: [String], builtIn: String?, there: Set<String>) -> String? {
        TrustStore.path(environment: environment, builtIn: builtIn) { there.contains($0) }
    }

    @Test func whatTheUserAsksForCounts() {
        #expect(path(["/mine", "/other"], builtIn: "/b", there: ["/b"]) == "/mine")
        #expect(path(["", "/other"], builtIn: "/b", there: ["/b"]) == "/other")
    }

    @Test func libcurlsOwnPlaceIsLeftToIt() { #expect(path(["", ""], builtIn: "/b", there: ["/b"]) == nil) }

    @Test func otherSystemsPlacesAreFound() {
        let amazonLinux = "/etc/pki/tls/certs/ca-bundle.crt"
        #expect(path([], builtIn: "/etc/ssl/certs/ca-certificates.crt", there: [amazonLinux]) == amazonLinux)
        #expect(path([], builtIn: nil, there: []) == nil)
    }
}
