import AWSCore
import EncodeJob
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import TriggerFunction

/// Seeded events, right and wrong: EVENT_FUZZ of them (1,000; in soak 1,000,000). Whatever is accepted must be JSON with
/// the same values to a decoder that we didn't write, and must be able to mean an upload.
@Suite("Fuzzed events") struct EventFuzzTests {
    private static let count = max(1000, Int(getenv("EVENT_FUZZ").map { String(cString: $0) } ?? "") ?? 1000)

    /// Any JSON, looked at to its end.
    private struct Anything: Decodable {
        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            if let members = try? decoder.container(keyedBy: Key.self) {
                for key in members.allKeys { _ = try members.decode(Anything.self, forKey: key) }
            } else if var elements = try? decoder.unkeyedContainer() {
                while !elements.isAtEnd { _ = try elements.decode(Anything.self) }
            } else {
                let value = try decoder.singleValueContainer()
                if value.decodeNil() || (try? value.decode(Bool.self)) != nil { return }
                if (try? value.decode(String.self)) != nil { return }
                _ = try value.decode(Double.self)
            }
        }
    }

    private struct Notification: Decodable {
        struct Record: Decodable {
            struct S3: Decodable {
                struct Bucket: Decodable { var name: String }
                struct Object: Decodable {
                    var key: String
                    var size: UInt64?
                    var versionId: String?
                    var eTag: String?
                }
                var bucket: Bucket
                var object: Object
            }
            var eventSource: String
            var eventName: String
            var s3: S3
        }
        var records: [Maybe]

        enum CodingKeys: String, CodingKey {
            case records = "Records"
        }

        struct Maybe: Decodable {
            var record: Record?
            init(from decoder: any Decoder) throws { record = try? Record(from: decoder) }
        }
    }

    private struct Operation: Decodable {
        struct Task: Decodable {
            var taskId: String
            var s3Key: String
            var s3VersionId: String?
            var s3Bucket: String?
            var s3BucketArn: String?
        }
        struct Maybe: Decodable {
            var task: Task?
            init(from decoder: any Decoder) throws { task = try? Task(from: decoder) }
        }
        var invocationSchemaVersion: String
        var invocationId: String
        var tasks: [Maybe]
    }

    private struct Counts {
        var events = 0
        var tasks = 0
        var records = 0
        var refused = 0
        var notJSON = 0
    }

    @Test("Accepted events mean the same to another decoder", .timeLimit(.minutes(240)), arguments: [1, 2] as [UInt64])
    func otherDecoder(_ seed: UInt64) throws {
        var mutator = try EventMutator(seed: seed)
        var counts = Counts()
        for number in 0..<(Self.count / 2) {
            let bytes = mutator.next()
            do {
                let event = try UploadEvent(bytes)
                let records: [Result<EventRecord, EventError>]
                switch event {
                case .test: continue
                case .records(let found): records = found
                case .tasks(let operation):
                    records = operation.records
                    counts.tasks += records.count
                }
                counts.events += 1
                for record in records.compactMap({ try? $0.get() }) {
                    counts.records += 1
                    guard Self.canBeMeant(record) else {
                        Issue.record(
                            "seed \(seed), event \(number): \(record) from \(String(decoding: bytes, as: UTF8.self))")
                        return
                    }
                }
                // The other decoder is the slow one: after the first thousands it sees every eighth.
                if number < 5000 || number % 8 == 0, let difference = try Self.difference(records, bytes) {
                    Issue.record(
                        "seed \(seed), event \(number): \(difference) in \(String(decoding: bytes, as: UTF8.self))")
                    return
                }
            } catch let error as EventError {
                counts.refused += 1
                // A clear error is one line, names a field or a byte, and is not longer than a screen.
                let text = error.description
                guard !text.isEmpty, text.utf8.count < 400, !text.utf8.contains(10) else {
                    Issue.record("seed \(seed), event \(number): not a clear error: \(text)")
                    return
                }
                if text.hasPrefix("the event is not JSON") { counts.notJSON += 1 }
            }
        }
        print("event fuzz, seed \(seed): \(Self.count / 2) inputs, \(counts)")
        #expect(counts.records > counts.events / 4 && counts.tasks > counts.events / 10)
        #expect(counts.notJSON > Self.count / 20 && counts.refused > counts.notJSON)
    }

    /// What is JSON and what isn't, in the judgement of Python's parser.
    @Test("Python agrees on what is JSON") func python() throws {
        var mutator = try EventMutator(seed: 3)
        let lines = (0..<min(3000, Self.count / 2)).map { _ in
            let bytes = mutator.next()
            let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            switch Result(catching: { () throws(JSONError) in try JSONValue(parsing: bytes) }) {
            case .success: return "json \(hex)"
            case .failure(let error): return (error.reason.contains("nesting") ? "deep " : "none ") + hex
            }
        }
        let folder = try TemporaryFolder()
        try FileBytes.write(lines.joined(separator: "\n").utf8, to: folder("verdicts"))
        let script = "\(Tool.root)/Tests/TriggerFunctionTests/json_judge.py"
        let outcome = try Command([Tool.path("python3"), script, folder("verdicts")]).run()
        #expect(
            outcome.end == .exit(0) && outcome.output == "\(lines.count) judged\n", "\(outcome.output) \(outcome.error)"
        )
        #expect(lines.contains { $0.hasPrefix("none") } && lines.contains { $0.hasPrefix("json") })
    }

    private static func canBeMeant(_ record: EventRecord) -> Bool {
        let object = record.object
        guard 3...255 ~= object.bucket.utf8.count, 1...1024 ~= object.key.utf8.count, !object.key.utf8.contains(0),
            object.versionID != "", object.etag?.value != "", !record.name.isEmpty
        else { return false }
        guard case .encode(let keys, let version) = Decision(record) else { return true }
        return version == object && keys.source.utf8.elementsEqual(object.key.utf8)
            && object.key.utf8.starts(with: "input/".utf8) && object.key.utf8.last != 47
    }

    /// What the other decoder reads otherwise.
    private static func difference(_ records: [Result<EventRecord, EventError>], _ bytes: [UInt8]) throws -> String? {
        // JSON sets no limit on numbers, but the other decoder does.
        if try isBeyondDouble(JSONValue(parsing: bytes)) { return nil }
        guard (try? JSONDecoder().decode(Anything.self, from: Data(bytes))) != nil else {
            return "no JSON was accepted"
        }
        guard let first = try? records.first?.get() else { return nil }
        if first.path.hasPrefix("tasks[") { return taskDifference(records, bytes) }
        guard first.path.hasPrefix("Records[") else { return nil }
        guard let other = try? JSONDecoder().decode(Notification.self, from: Data(bytes)) else {
            return "another shape"
        }
        guard other.records.count == records.count else { return "\(other.records.count) records" }
        for (mine, other) in zip(records, other.records) {
            guard let mine = try? mine.get() else { continue }
            guard let record = other.record else { return "a record that is none" }
            let object = record.s3.object
            guard mine.object.bucket == record.s3.bucket.name, mine.name == record.eventName,
                record.eventSource == "aws:s3", mine.object.size == object.size,
                mine.object.versionID == object.versionId,
                mine.object.etag == object.eTag.map({ ETag($0) }),
                Array(mine.object.key.utf8) == formDecoded(object.key)
            else { return "\(mine) and \(record)" }
        }
        return nil
    }

    private static func taskDifference(_ records: [Result<EventRecord, EventError>], _ bytes: [UInt8]) -> String? {
        guard let other = try? JSONDecoder().decode(Operation.self, from: Data(bytes)) else { return "another shape" }
        guard other.tasks.count == records.count, ["1.0", "2.0"].contains(other.invocationSchemaVersion) else {
            return "\(other.tasks.count) tasks of \(other.invocationSchemaVersion)"
        }
        for (mine, other) in zip(records, other.tasks) {
            guard let object = try? mine.get().object else { continue }
            guard let task = other.task else { return "a task that is none" }
            let bucket = task.s3Bucket ?? task.s3BucketArn?.split(separator: ":").last.map(String.init)
            guard object.bucket == bucket, object.versionID == task.s3VersionId, object.size == nil,
                object.etag == nil, Array(object.key.utf8) == formDecoded(task.s3Key)
            else { return "\(object) and \(task)" }
        }
        return nil
    }

    private static func isBeyondDouble(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let text): Double(text)?.isFinite != true
        case .array(let elements): elements.contains(where: isBeyondDouble)
        case .object(let members): members.contains { isBeyondDouble($0.value) }
        default: false
        }
    }

    /// application/x-www-form-urlencoded, after the WHATWG's URL Standard; nil where S3 can't have made it.
    private static func formDecoded(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.count,
                    let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16),
                    bytes[index + 1] != UInt8(ascii: "+")
                else { return nil }
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index] == UInt8(ascii: "+") ? 32 : bytes[index])
                index += 1
            }
        }
        return result
    }
}
