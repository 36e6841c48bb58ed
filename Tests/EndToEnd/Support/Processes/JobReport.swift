import FoundationEssentials
import TestSupport

/// What the tests read of a job's report, on a disk or in a bucket.
struct JobReport: Decodable {
    var status: String
    var exitCode: Int32
    /// Why the source is the output, if so.
    var kept: String?
    var source: Item
    var output: Item?
    var saved: Saved?
    var job: Job?
    var cost: Cost?
    var s3: Traffic?
    var resources: Resources
    var frames: Frames?
    var settings: Settings
    var search: Search?
    var chunks: Chunks?
    /// Sentences.
    var notes: [String]
    /// The same notes for programs, from schema 2 on.
    var noteDetails: [Note]?
    var error: Failure?

    init(_ json: [UInt8]) throws { self = try JSONDecoder().decode(JobReport.self, from: Data(json)) }

    /// Reads a report on a disk, and checks its page.
    static func read(_ path: String) throws -> JobReport {
        let report = try JobReport(try FileBytes.read(path))
        try report.check(page: try FileBytes.read(pageName(path)))
        return report
    }

    /// The page next to a report.
    static func pageName(_ report: String) -> String { "\(report.dropLast(".json".count)).html" }

    /// - Throws: if the page is not one of this report. That of a job that runs may be newer than its report.
    func check(page: [UInt8]) throws {
        let text = try Self.text(ofPage: page)
        guard status == "running" || text.contains("<main data-status=\"\(status)\">") else {
            throw CommandFailure("the report's page is not that of a report that says \(status)")
        }
    }

    /// - Throws: if a page is not complete, or too large.
    @discardableResult
    static func text(ofPage page: [UInt8]) throws -> String {
        let text = String(decoding: page, as: UTF8.self)
        guard text.hasPrefix("<!DOCTYPE html>"), text.hasSuffix("</html>\n") else {
            throw CommandFailure("the report's page is not complete")
        }
        guard page.count <= 2_000_000 else { throw CommandFailure("the report's page has \(page.count) bytes") }
        return text
    }

    struct Item: Decodable {
        var key: String
        var etag: String?
        var bytes: Int?
        var duration: Double?
        var streams: [Stream]?
    }

    struct Stream: Decodable {
        var kind: String
        var codec: String
    }

    struct Saved: Decodable { var bytes: Int }

    struct Job: Decodable, Equatable {
        var id: String
        var attempt: Int
        var previousAttempt: String?
        var crashes: Int?
    }

    struct Cost: Decodable {
        var vCPUs: Double
        var memoryBytes: Int
        var vCPUSeconds: Double
        var gigabyteSeconds: Double
        var vCPUHourPrice: Double
        var gigabyteHourPrice: Double
        var estimate: Double
        var others: Others?
        var total: Double?

        struct Others: Decodable {
            var tasks: Int
            var vCPUSeconds: Double
            var gigabyteSeconds: Double
            var estimate: Double
        }
    }

    struct Traffic: Decodable {
        var requests: Int
        var bytesReceived: Int
        var bytesSent: Int
    }

    struct Resources: Decodable {
        var wallSeconds: Double
        var cpuSeconds: Double
        var peakResidentBytes: Int
    }

    struct Settings: Decodable {
        var crf: Double
        var qualityTarget: Double?
    }

    struct Search: Decodable {
        var crf: Double
        var reached: Bool
        var cpuSeconds: Double
        var probes: [Probe]

        struct Probe: Decodable {
            var crf: Double
            var mean: Double
        }
    }

    struct Frames: Decodable {
        var damaged: Int
        var undecodablePackets: Int
        var written: Int
        var compared: Int
    }

    struct Chunks: Decodable {
        var total: Int
        var done: Int
        var foundDone: Int
        var made: Int
        var takenOver: Int
        var again: Int
        var attempts: Int
        var secondsLost: Double
        var workers: Int?
        var helped: Int?
        var interruptions: Int?
    }

    struct Failure: Decodable {
        var stage: String
        var code: String
        var message: String
        var advice: String
    }

    /// A note's `kind`, and its other fields by name.
    struct Note: Decodable, Equatable {
        var kind: String
        var fields: [String: Value]

        init(_ kind: String, _ fields: [String: Value] = [:]) {
            self.kind = kind
            self.fields = fields
        }

        init(from decoder: any Decoder) throws {
            var fields = try decoder.singleValueContainer().decode([String: Value].self)
            guard case .text(let kind) = fields.removeValue(forKey: "kind") else {
                throw CommandFailure("a note has no kind: \(fields)")
            }
            self.init(kind, fields)
        }
    }

    /// A field of a note; literals stand for it in tests.
    enum Value: Decodable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
        ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
    {
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        init(integerLiteral value: Int) { self = .number(Double(value)) }
        init(stringLiteral value: String) { self = .text(value) }
        init(arrayLiteral elements: Value...) { self = .list(elements) }
        init(dictionaryLiteral elements: (String, Value)...) {
            self = .object(Dictionary(elements) { $1 })
        }
    }
}
