import HTTP
import TestSupport
import Testing

@testable import AWSCore

/// Answers to a ranged GET that must not become wrong bytes.
@Suite("Reading an object") struct ReadTests {
    private static let bytes = Pattern.bytes(700_000, seed: 7)

    private func read(_ s3: ScriptedS3) throws -> [UInt8] {
        let reader = try ObjectReader(s3.client, ScriptedS3.place)
        defer { reader.close() }
        return try Pattern.read(reader)
    }

    /// A server that answers HEAD rightly and the first GETs in its own way.
    private func server(_ bad: Int = 1, _ answer: @escaping @Sendable (ScriptedRequest) -> ScriptedAnswer) -> ScriptedS3
    {
        ScriptedS3 { request, index in
            if request.method == "HEAD" { return ScriptedS3.found(size: Self.bytes.count) }
            return index <= bad ? answer(request) : ScriptedS3.range(request, of: Self.bytes)
        }
    }

    @Test("A broken body continues where it broke") func brokenBody() throws {
        let s3 = server(3) { request in
            var answer = ScriptedS3.range(request, of: Self.bytes)
            answer.pieces[0].bytes.removeLast(answer.pieces[0].bytes.count / 2)
            answer.end = .reset
            return answer
        }
        #expect(try read(s3) == Self.bytes)
        let gets = s3.server.requests.filter { $0.method == "GET" }
        #expect(gets.allSatisfy { $0["if-match"] == "\"e\"" })
        // Every range begins elsewhere: nothing is asked for twice.
        #expect(Set(gets.map { $0["range"] }).count == gets.count)
        #expect(gets.contains { $0["range"]?.hasPrefix("bytes=0-") == false })
    }

    @Test("Progress resets the number of tries") func progress() throws {
        // Ten cuts, but four attempts: each try brings some bytes.
        let s3 = server(10) { request in
            var answer = ScriptedS3.range(request, of: Self.bytes)
            answer.pieces[0].bytes.removeLast(answer.pieces[0].bytes.count / 3)
            answer.end = .close
            return answer
        }
        #expect(try read(s3) == Self.bytes)
    }

    /// How an answer differs from what was asked for.
    enum Difference: CaseIterable {
        case noETag, noContentRange, anotherStart, anotherSize, tooLong, tooLongUnsaid, tooShort, error, redirect

        func answer(_ request: ScriptedRequest, _ bytes: [UInt8]) -> ScriptedAnswer {
            let ends = (request["range"] ?? "").split { $0 == "=" || $0 == "-" }.dropFirst().compactMap { Int($0) }
            let length = ends.count == 2 ? ends[1] - ends[0] + 1 : 0
            let range = "\(ends.first ?? 0)-\(ends.last ?? 0)/\(bytes.count)"
            let body = [UInt8](repeating: 0xEE, count: length)
            let etag = ("ETag", "\"e\"")
            switch self {
            case .noETag: return .bytes(206, headers: [("Content-Range", "bytes \(range)")], body)
            case .noContentRange: return .bytes(206, headers: [etag], body)
            case .anotherStart:
                return .bytes(206, headers: [etag, ("Content-Range", "bytes 1-\(length)/\(bytes.count)")], body)
            case .anotherSize:
                return .bytes(206, headers: [etag, ("Content-Range", "bytes 0-\(length - 1)/999999999")], body)
            case .tooLong: return .bytes(206, headers: [etag, ("Content-Range", "bytes \(range)")], body + body)
            case .tooLongUnsaid:
                // Without a length in the head, the bytes themselves show it, after those that were asked for.
                let asked = ends.count == 2 ? Array(bytes[ends[0]...ends[1]]) : []
                let head =
                    "HTTP/1.1 206 Partial Content\r\nETag: \"e\"\r\nContent-Range: bytes \(range)\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n\(String(length + 9, radix: 16))\r\n"
                return ScriptedAnswer(pieces: [(0, Array(head.utf8) + asked + Array("123456789\r\n0\r\n\r\n".utf8))])
            case .tooShort: return .bytes(206, headers: [etag, ("Content-Range", "bytes \(range)")], [])
            case .error: return .error(503, "SlowDown")
            case .redirect: return .error(301, "PermanentRedirect", headers: [("x-amz-bucket-region", "eu-west-3")])
            }
        }
    }

    @Test("A response of another range is requested again", arguments: Difference.allCases) func otherResponses(
        _ difference: Difference
    ) throws {
        let s3 = server { difference.answer($0, Self.bytes) }
        #expect(try read(s3) == Self.bytes)
    }

    @Test("Wrong responses for ever are a clear error", arguments: Difference.allCases.filter { $0 != .redirect })
    func endlessFaults(_ difference: Difference) throws {
        let s3 = server(1000) { difference.answer($0, Self.bytes) }
        let error = try #require(throws: AWSError.self) { try read(s3) }
        #expect(error.operation == "GetObject" && !error.message.isEmpty)
    }

    @Test("An object that changes while it is read is an error") func changedObject() throws {
        for answer in [
            ScriptedAnswer.error(412, "PreconditionFailed"),
            .bytes(206, headers: [("ETag", "\"other\""), ("Content-Range", "bytes 0-9/700000")], Array(0..<10)),
        ] {
            let s3 = server(1000) { _ in answer }
            let error = try #require(throws: AWSError.self) { try read(s3) }
            #expect(error.kind == .modified && error.message == "the object was modified after it was opened")
        }
    }

    @Test("An ETag other than the caller's is refused at once") func otherETag() {
        let s3 = server(0) { _ in .status(500) }
        let error = #expect(throws: AWSError.self) {
            _ = try ObjectReader(s3.client, ScriptedS3.place, etag: "\"mine\"")
        }
        #expect(error?.kind == .modified && s3.server.requests.count == 1)
    }

    @Test("A slow first byte times out and is requested again") func slowFirstByte() throws {
        let s3 = ScriptedS3(timeouts: .init(connect: 5, stall: 1)) { request, index in
            if request.method == "HEAD" { return ScriptedS3.found(size: Self.bytes.count) }
            return index == 1 ? .silence(milliseconds: 5000) : ScriptedS3.range(request, of: Self.bytes)
        }
        #expect(try read(s3) == Self.bytes)
    }

    @Test("Reads at random places are right") func randomReads() throws {
        let s3 = server(0) { _ in .status(500) }
        let reader = try ObjectReader(s3.client, ScriptedS3.place, memory: 8 << 20)
        defer { reader.close() }
        var random = SeededGenerator(seed: 11)
        var buffer = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<60 {
            let offset = Int.random(in: 0..<Self.bytes.count, using: &random)
            let count = try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(offset), into: $0) }
            #expect(count > 0 && buffer[..<count].elementsEqual(Self.bytes[offset..<(offset + count)]))
        }
        #expect(try buffer.withUnsafeMutableBytes { try reader.read(at: reader.size, into: $0) } == 0)
    }
}
