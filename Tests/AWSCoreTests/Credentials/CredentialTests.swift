import Testing

@testable import AWSCore

@Suite("Credentials and profiles") struct CredentialTests {
    @Test(
        "A full URI is trusted only on https and local hosts",
        arguments: [
            ("http://127.0.0.1/x", true), ("http://127.8.9.1:80/x", true), ("http://localhost:51679/", true),
            ("http://[::1]/x", true), ("http://169.254.170.2/", true), ("http://169.254.170.23/", true),
            ("http://[fd00:ec2::23]/v", true), ("https://example.com/x", true), ("http://example.com/", false),
            ("http://127.0.0.1@evil.com/", false), ("http://127.0.0.1.evil.com/", false),
            ("http://169.254.169.254/", false),
            ("ftp://127.0.0.1/", false), ("http://localhost.evil.com/", false), ("http://127.1/", false),
        ])
    func trustedURIs(_ url: String, _ isTrusted: Bool) {
        #expect(ContainerCredentials.isTrusted(url) == isTrusted)
    }

    @Test("Keys of the environment override every other source") func environmentFirst() throws {
        let environment = AWSEnvironment([
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B", "AWS_SESSION_TOKEN": "C",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.com/",
        ])
        let keys = try CredentialChain(environment, region: "us-east-1").credentials()
        #expect(keys.accessKeyID == "A" && keys.sessionToken == "C")
    }

    @Test("An untrusted full URI is an error, not skipped") func untrustedURI() {
        let environment = AWSEnvironment(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.com/"])
        let error = #expect(throws: AWSError.self) {
            try CredentialChain(environment, region: "us-east-1").credentials()
        }
        #expect(error?.kind == .credentials)
    }

    @Test("Sections of a profile file are kept apart") func profileSections() {
        let text = "[default]\naws_access_key_id = A\n[profile x]\nregion=eu-west-1\ns3 =\n  region = no\n# c\n"
        #expect(Profile.section("profile x", of: text) == ["region": "eu-west-1", "s3": ""])
    }
}
