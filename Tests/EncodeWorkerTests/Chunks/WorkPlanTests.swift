import Findings
import FoundationEssentials
import TestSupport
import Testing

@testable import EncodeWorker

struct WorkPlanTests {
    private func read(_ text: String) throws -> WorkPlan? {
        let folder = try TemporaryFolder()
        let store = LocalStore(root: folder.path)
        #expect(try store.putNew("work/x/plan.json", Array(text.utf8)))
        return try #require(WorkFolder(planKey: "work/x/plan.json", in: store)).read(.plan)
    }

    private func document(_ software: [String], plan: String) -> String {
        let list = software.map { "\"\($0)\"" }.joined(separator: ",")
        return
            #"{"writer":"w","value":{"source":{"key":"input/a.mov","etag":"e"},"software":[\#(list)],"plan":\#(plan)}}"#
    }

    @Test("a plan of other software is not read, whatever it has")
    func otherSoftware() throws {
        var software = WorkIdentity.software
        software[1] = "an architecture of tomorrow"
        let work = try #require(try read(document(software, plan: #"{"fields":"of tomorrow"}"#)))
        #expect(work.plan == nil && work.source == WorkPlan.Source(key: "input/a.mov", etag: "e"))
        #expect(throws: ReportedError.self) { try work.usable() }
    }

    @Test(
        "a document that can't be understood is unreadable, and no other error is",
        arguments: ["{", "[]", #"{"writer":"w","value":{}}"#])
    func unreadable(text: String) throws {
        let error = #expect(throws: ReportedError.self) { try read(text) }
        #expect(error.map { WorkFolder.isUnreadable($0) } == true)
        #expect(!WorkFolder.isUnreadable(ReportedError(.inputOutput, .open, "no answer", advice: "try again")))
    }

    @Test("a plan of this software that lacks fields is unreadable")
    func damaged() throws {
        let error = #expect(throws: ReportedError.self) { try read(document(WorkIdentity.software, plan: "{}")) }
        #expect(error.map { WorkFolder.isUnreadable($0) } == true)
    }
}
