import Testing

@testable import AWSCore

@Suite("AWSConfiguration") struct AWSConfigurationTests {
    private func configuration(_ variables: [String: String]) throws -> AWSConfiguration {
        var variables = variables
        for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] { variables[name] = "/dev/null" }
        return try AWSConfiguration(AWSEnvironment(variables))
    }

    @Test("The region comes from the environment or the profile") func region() throws {
        #expect(try configuration(["AWS_REGION": "a1", "AWS_DEFAULT_REGION": "b1"]).region == "a1")
        #expect(try configuration(["AWS_REGION": "", "AWS_DEFAULT_REGION": "b1"]).region == "b1")
        let none = #expect(throws: AWSError.self) { try configuration([:]) }
        #expect(none?.kind == .configuration && none?.message.contains("AWS_REGION") == true)
    }

    @Test("Endpoints come from the environment or the profile") func endpoints() throws {
        let all = try configuration(["AWS_REGION": "a1", "AWS_ENDPOINT_URL": "http://all:1"])
        #expect(all.endpoint("s3", region: "a1").origin == "http://all:1")
        let some = try configuration([
            "AWS_REGION": "a1", "AWS_ENDPOINT_URL": "http://all:1", "AWS_ENDPOINT_URL_S3": "http://s3:2/",
        ])
        #expect(some.endpoint("s3", region: "a1").origin == "http://s3:2")
        #expect(some.endpoint("batch", region: "a1").origin == "http://all:1")
        let batch = try configuration(["AWS_REGION": "a1", "AWS_ENDPOINT_URL_BATCH": "http://b:3"])
        #expect(batch.endpoint("batch", region: "a1").origin == "http://b:3")
        #expect(batch.endpoint("s3", region: "a1").origin == "https://s3.a1.amazonaws.com")
    }

    @Test(
        "A wrong setting is named",
        arguments: [
            (["AWS_REGION": "evil.example/"], "region"),
            (["AWS_REGION": "a1", "AWS_MAX_ATTEMPTS": "0"], "AWS_MAX_ATTEMPTS"),
            (["AWS_REGION": "a1", "AWS_MAX_ATTEMPTS": "many"], "AWS_MAX_ATTEMPTS"),
            (["AWS_REGION": "a1", "AWS_ENDPOINT_URL": "localhost:9000"], "AWS_ENDPOINT_URL"),
            (["AWS_REGION": "a1", "AWS_ENDPOINT_URL_S3": "ftp://x"], "AWS_ENDPOINT_URL_S3"),
        ])
    func wrongSettings(_ variables: [String: String], _ name: String) {
        let error = #expect(throws: AWSError.self) { try configuration(variables) }
        #expect(error?.kind == .configuration && error?.message.contains(name) == true)
    }

    @Test("AWS_MAX_ATTEMPTS sets the number of tries") func attempts() throws {
        #expect(try configuration(["AWS_REGION": "a1"]).retry.maxAttempts == 3)
        #expect(try configuration(["AWS_REGION": "a1", "AWS_MAX_ATTEMPTS": "10"]).retry.maxAttempts == 10)
    }
}
