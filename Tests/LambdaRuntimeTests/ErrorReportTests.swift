import FoundationEssentials
import HTTP
import Testing

@testable import LambdaRuntime

@Suite("ErrorReport") struct ErrorReportTests {
    private struct Failure: HandlerError {
        var errorType: String
        var description: String
    }

    private struct Payload: Decodable, Equatable {
        var errorMessage: String
        var errorType: String
        var stackTrace: [String]
    }

    private struct Cause: Decodable {
        struct Exception: Decodable {
            var message: String
            var type: String
        }
        var exceptions: [Exception]
    }

    @Test(
        "Any message becomes JSON",
        arguments: ["", "plain", "\"\\/\u{7}\u{0}\n\r\t", "Überblick 日本 🎬\u{2028}", "{}[]:,'"])
    func messages(_ message: String) throws {
        let report = ErrorReport(Failure(errorType: "Broken", description: message), .function)
        let payload = try JSONDecoder().decode(Payload.self, from: Data(report.body))
        #expect(payload == Payload(errorMessage: message, errorType: "Broken", stackTrace: []))
        let cause = try #require(report.headers["Lambda-Runtime-Function-XRay-Error-Cause"])
        #expect(cause.utf8.allSatisfy { 32..<127 ~= $0 })
        let decoded = try JSONDecoder().decode(Cause.self, from: Data(cause.utf8))
        #expect(decoded.exceptions.map(\.message) == [message] && decoded.exceptions.map(\.type) == ["Broken"])
    }

    @Test("A long cause stays out of the header") func longCause() {
        let report = ErrorReport(
            Failure(errorType: "Broken", description: String(repeating: "x", count: 9000)), .function)
        #expect(report.headers["Lambda-Runtime-Function-XRay-Error-Cause"] == nil)
        #expect(report.body.count > 9000)
    }

    @Test(
        "The type is one that Lambda accepts",
        arguments: [
            ("Broken", "Function.Broken"), ("broken", "Function.UnknownReason"), ("Bro ken", "Function.UnknownReason"),
            ("", "Function.UnknownReason"), ("Bro\r\nX: y", "Function.UnknownReason"), ("E2", "Function.UnknownReason"),
        ])
    func types(_ type: String, _ header: String) {
        let report = ErrorReport(Failure(errorType: type, description: ""), .function)
        #expect(report.headers["Lambda-Runtime-Function-Error-Type"] == header)
    }
}
