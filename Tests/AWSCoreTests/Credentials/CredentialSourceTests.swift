import TestSupport
import Testing

@testable import AWSCore

/// Every source over real sockets, and which of them counts.
@Suite("Credential sources") struct CredentialSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func chain(_ variables: [String: String], ecsOrigin: String = "http://127.0.0.1:9") -> CredentialChain {
        var variables = variables
        if variables["HOME"] == nil { variables["HOME"] = folder.path }
        let environment = AWSEnvironment(variables)
        return CredentialChain(environment, profile: Profile(environment), region: "eu-central-1", ecsOrigin: ecsOrigin)
    }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = folder(name)
        try FileBytes.write(text.utf8, to: path)
        return path
    }

    @Test("A relative URI is requested from ECS") func relativeURI() throws {
        let server = MetadataServer()
        let keys = try chain(
            ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/container/v2/credentials/id"], ecsOrigin: server.origin
        ).credentials()
        #expect(keys.accessKeyID == "CONTAINER" && keys.secretAccessKey == "secret of CONTAINER")
        #expect(
            keys.sessionToken == "token of CONTAINER" && keys.expiration == Timestamp(iso8601: "2099-01-01T00:00:00Z"))
        #expect(server.requests.map(\.target) == ["/container/v2/credentials/id"])
        #expect(server.requests[0]["authorization"] == nil)
    }

    @Test("A relative URI must be a path") func relativeURIPath() {
        for uri in ["@evil.example/", "evil", ":80@evil.example/"] {
            let error = #expect(throws: AWSError.self) {
                try chain(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": uri]).credentials()
            }
            #expect(error?.kind == .credentials)
        }
    }

    @Test("A full URI is requested with the token") func fullURI() throws {
        let server = MetadataServer(token: "Basic abc")
        let uri = server.origin + "/container?a=b"
        let keys = try chain([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": uri, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic abc",
        ]).credentials()
        #expect(keys.accessKeyID == "CONTAINER" && server.requests[0].target == "/container?a=b")
    }

    @Test("The token file overrides the variable and is read each time") func tokenFile() throws {
        let server = MetadataServer(token: "second")
        let file = try write("first", "token")
        let chain = chain([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.origin + "/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "second", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file,
        ])
        let error = #expect(throws: AWSError.self) { try chain.credentials() }
        #expect(error?.message.contains("AccessDenied") == true)
        _ = try write("second", "token")
        #expect(try chain.credentials().accessKeyID == "CONTAINER")
        #expect(server.requests.map { $0["authorization"] } == ["first", "second"])
    }

    @Test("A line break in a token is refused", arguments: ["tok\r\nen", "token\n", "token\r"])
    func lineBreaks(_ token: String) throws {
        let server = MetadataServer(token: token)
        let uri = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.origin + "/container"]
        let file = try write(token, "token")
        for more in [["AWS_CONTAINER_AUTHORIZATION_TOKEN": token], ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file]] {
            let error = #expect(throws: AWSError.self) {
                try chain(uri.merging(more) { $1 }).credentials()
            }
            #expect(error?.message.contains("line break") == true)
        }
        #expect(server.requests.isEmpty)
    }

    @Test("A missing token file is an error") func missingTokenFile() {
        let error = #expect(throws: AWSError.self) {
            try chain([
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": folder("none"),
            ]).credentials()
        }
        #expect(error?.message.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") == true)
    }

    @Test("An instance's role is requested by IMDSv2") func instanceRole() throws {
        let server = MetadataServer()
        let keys = try chain(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.origin + "/"]).credentials()
        #expect(keys.accessKeyID == "INSTANCE")
        #expect(
            server.requests.map { $0.method + " " + $0.target } == [
                "PUT /latest/api/token", "GET /latest/meta-data/iam/security-credentials/",
                "GET /latest/meta-data/iam/security-credentials/instance-role",
            ]
        )
    }

    @Test("A web identity token is exchanged at STS") func webIdentity() throws {
        let server = MetadataServer()
        let file = try write("ey.J+=/ \n", "token")
        let keys = try chain([
            "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "arn:aws:iam::1:role/a b",
            "AWS_ROLE_SESSION_NAME": "me",
            "AWS_ENDPOINT_URL_STS": server.origin,
        ]).credentials()
        #expect(keys.accessKeyID == "IDENTITY" && keys.sessionToken == "t" && keys.expiration != nil)
        let form = server.requests[0].text.split(separator: "&").map(String.init)
        #expect(
            Set(form) == [
                "Action=AssumeRoleWithWebIdentity", "Version=2011-06-15",
                "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b",
                "RoleSessionName=me", "WebIdentityToken=ey.J%2B%3D%2F%20",
            ]
        )
        #expect(server.requests[0]["content-type"] == "application/x-www-form-urlencoded")
        #expect(server.requests[0]["authorization"] == nil)
    }

    @Test("STS's message is part of the error") func stsMessage() throws {
        let server = MetadataServer()
        let file = try write("a-token-that-stays-secret", "token")
        let chain = chain([
            "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "arn", "AWS_ENDPOINT_URL_STS": server.origin,
        ])
        server.set(
            .refusing(
                403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"))
        let error = #expect(throws: AWSError.self) { try chain.credentials() }
        #expect(error?.message.contains("AccessDenied: no") == true)
        server.set(
            .refusing(400, "<ErrorResponse><Error><Message>a-token-that-stays-secret</Message></Error></ErrorResponse>")
        )
        let echo = #expect(throws: AWSError.self) { try chain.credentials() }
        #expect(echo?.description.contains("stays-secret") == false)
    }

    @Test("A failing service is asked three times") func attempts() throws {
        let server = MetadataServer()
        server.set(.failing)
        let chain = chain(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.origin + "/container"])
        #expect(throws: AWSError.self) { try chain.credentials() }
        #expect(server.requests.count == 3)
    }

    @Test(
        "A response without keys is an error",
        arguments: ["", "{", "{}", "[]", "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}", "<html/>"])
    func noKeys(_ body: String) {
        let server = MetadataServer()
        server.set(.refusing(200, body))
        let error = #expect(throws: AWSError.self) {
            try chain(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.origin + "/container"]).credentials()
        }
        #expect(error?.kind == .credentials)
    }

    /// Sources are taken away one by one, from the first to the last.
    @Test("Sources are tried in AWS's order") func precedence() throws {
        let server = MetadataServer(token: nil)
        let token = try write("t", "token")
        _ = try write("[default]\naws_access_key_id=FILE\naws_secret_access_key=s\n", ".aws/credentials")
        _ = try write("[default]\naws_access_key_id=CONFIG\naws_secret_access_key=s\n", ".aws/config")
        var variables = [
            "AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn", "AWS_ENDPOINT_URL_STS": server.origin,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.origin + "/container",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.origin,
        ]
        #expect(try chain(variables).credentials().accessKeyID == "ENVIRONMENT")
        variables["AWS_ACCESS_KEY_ID"] = nil
        variables["AWS_SECRET_ACCESS_KEY"] = nil
        #expect(try chain(variables).credentials().accessKeyID == "IDENTITY")
        variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = nil
        #expect(try chain(variables).credentials().accessKeyID == "FILE")
        _ = try write("", ".aws/credentials")
        #expect(try chain(variables).credentials().accessKeyID == "CONFIG")
        _ = try write("", ".aws/config")
        // The relative URI beats the full one.
        var both = variables
        both["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/container/relative"
        #expect(try chain(both, ecsOrigin: server.origin).credentials().accessKeyID == "CONTAINER")
        #expect(server.requests.last?.target == "/container/relative")
        #expect(try chain(variables).credentials().accessKeyID == "CONTAINER")
        variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = nil
        #expect(try chain(variables).credentials().accessKeyID == "INSTANCE")
        variables["AWS_EC2_METADATA_DISABLED"] = "true"
        let error = #expect(throws: AWSError.self) { try chain(variables).credentials() }
        #expect(error?.message.contains("no credentials") == true)
    }

    @Test("AWS_PROFILE names the profile") func namedProfile() throws {
        _ = try write(
            "[profile work]\nregion = eu-west-3\nendpoint_url = http://127.0.0.1:1\n[default]\nregion = us-west-2\n",
            ".aws/config")
        _ = try write("[work]\naws_access_key_id = W\naws_secret_access_key = s\naws_session_token = t\n", "keys")
        let variables = ["AWS_PROFILE": "work", "AWS_SHARED_CREDENTIALS_FILE": folder("keys"), "HOME": folder.path]
        let keys = try chain(variables).credentials()
        #expect(keys.accessKeyID == "W" && keys.sessionToken == "t")
        let configuration = try AWSConfiguration(AWSEnvironment(variables))
        #expect(configuration.region == "eu-west-3")
        #expect(configuration.endpoint("s3", region: "eu-west-3").origin == "http://127.0.0.1:1")
        let missing = #expect(throws: AWSError.self) { try chain(["AWS_PROFILE": "nobody"]).credentials() }
        #expect(missing?.message.contains("AWS_PROFILE") == true)
    }

    @Test("Half a pair of keys is an error") func halfAPair() throws {
        for variables in [["AWS_ACCESS_KEY_ID": "A"], ["AWS_SECRET_ACCESS_KEY": "hidden"]] {
            let error = #expect(throws: AWSError.self) { try chain(variables).credentials() }
            #expect(error?.message.contains("the environment") == true && error?.message.contains("hidden") == false)
        }
        _ = try write("[default]\naws_access_key_id=FILE\n", ".aws/credentials")
        let error = #expect(throws: AWSError.self) { try chain([:]).credentials() }
        #expect(error?.message.contains("profile default") == true)
    }

    @Test("An unsupported profile gives advice") func unsupportedProfile() throws {
        _ = try write("[default]\ncredential_process = /bin/x\n", ".aws/config")
        let error = #expect(throws: AWSError.self) { try chain([:]).credentials() }
        #expect(error?.message.contains("export-credentials") == true)
    }
}
