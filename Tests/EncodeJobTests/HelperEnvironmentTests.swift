import EncodeJob
import Testing

@Suite("Helper environment") struct HelperEnvironmentTests {
    @Test("What a lead writes, a helper reads") func roundTrip() throws {
        let written = HelperEnvironment(bucket: "b", plan: "work/x/plan.json")
        #expect(written.variables == ["S3_BUCKET": "b", "REELPRESS_PLAN": "work/x/plan.json"])
        #expect(try HelperEnvironment(reading: { written.variables[$0] }) == written)
    }

    @Test("Without a plan a job is none that helps, and with one it needs the bucket") func missing() throws {
        #expect(try HelperEnvironment(reading: { ["S3_BUCKET": "b", "REELPRESS_PLAN": ""][$0] }) == nil)
        let error = #expect(throws: JobEnvironment.MissingVariable.self) {
            try HelperEnvironment(reading: { ["REELPRESS_PLAN": "work/x/plan.json"][$0] })
        }
        #expect(error?.name == "S3_BUCKET")
    }
}
