import EncodeJob
import Testing

@Suite("JobEnvironment") struct JobEnvironmentTests {
    @Test(
        "The worker reads what the trigger writes",
        arguments: [
            JobEnvironment(bucket: "b", key: "input/a b+ü.mp4", versionID: "v1", etag: "abc-2"),
            JobEnvironment(bucket: "b", key: "input/=a=", etag: "abc"), JobEnvironment(bucket: "b", key: "k"),
        ])
    func roundTrip(job: JobEnvironment) throws {
        let variables = Dictionary(uniqueKeysWithValues: job.variables.map { ($0.name, $0.value) })
        #expect(try JobEnvironment { variables[$0] } == job)
    }

    @Test("A missing variable is named", arguments: ["S3_BUCKET", "S3_KEY"])
    func missing(name: String) {
        let complete = ["S3_BUCKET": "b", "S3_KEY": "k"]
        for value in [nil, ""] {
            let error = #expect(throws: JobEnvironment.MissingVariable.self) {
                try JobEnvironment { $0 == name ? value : complete[$0] }
            }
            #expect(error?.description.contains(name) == true)
        }
    }
}
