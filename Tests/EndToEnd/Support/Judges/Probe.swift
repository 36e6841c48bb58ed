import FoundationEssentials
import Synchronization
import TestSupport

/// What ffprobe reports about a file.
struct Probe: Decodable {
    var streams: [Stream]
    var chapters: [Chapter]
    var format: Format

    struct Stream: Decodable {
        var index: Int
        var codecName: String?
        var codecType: String?
        var codecTagString: String
        var profile: String?
        var width: Int?
        var height: Int?
        var pixFmt: String?
        var sampleAspectRatio: String?
        var fieldOrder: String?
        var colorRange: String?
        var colorSpace: String?
        var colorTransfer: String?
        var colorPrimaries: String?
        var chromaLocation: String?
        var startTime: String?
        var duration: String?
        var disposition: [String: Int]?
        var tags: [String: String]?
        var sideDataList: [SideData]?

        var rotation: Int? { sideDataList?.compactMap(\.rotation).first }
        var isCover: Bool { disposition?["attached_pic"] == 1 }
        var size: [Int?] { [width, height] }
    }

    struct SideData: Decodable {
        var rotation: Int?
    }

    struct Chapter: Decodable {
        var startTime: String
        var endTime: String
        var tags: [String: String]?
    }

    struct Format: Decodable {
        var formatName: String
        var duration: String?
        var tags: [String: String]?
    }

    struct Packet: Decodable, Equatable {
        var ptsTime: String?
        var size: String
        var dataHash: String
    }

    init(_ path: String) throws {
        self = try Self.ask(["-show_streams", "-show_chapters", "-show_format", path])
    }

    /// The main video.
    var video: Stream? { streams.first { $0.codecType == "video" && !$0.isCover } }

    /// The timestamps of all frames of the main video in presentation order, as ffprobe prints them.
    static func frameTimestamps(_ path: String) throws -> [String] {
        struct Frames: Decodable {
            var frames: [Frame]
            struct Frame: Decodable { var bestEffortTimestampTime: String? }
        }
        let answer: Frames = try ask([
            "-select_streams", "V:0", "-show_entries", "frame=best_effort_timestamp_time", path,
        ])
        return answer.frames.map { $0.bestEffortTimestampTime ?? "none" }
    }

    /// The packets of one stream, with a hash of the bytes.
    static func packets(_ path: String, _ stream: String) throws -> [Packet] {
        struct Packets: Decodable { var packets: [Packet] }
        let answer: Packets = try ask([
            "-select_streams", stream, "-show_packets", "-show_data_hash", "sha256", path,
        ])
        return answer.packets
    }

    /// ffprobe's answers so far: most checks of a file ask for the same as the one before.
    private static let answers = Mutex<[Question: String]>([:])

    private struct Question: Hashable {
        var arguments: [String]
        var file: [UInt64]
    }

    private static func ask<Answer: Decodable>(_ arguments: [String]) throws -> Answer {
        let question = Question(arguments: arguments, file: try arguments.last.map(FileBytes.identity) ?? [])
        let text: String
        if let known = answers.withLock({ $0[question] }) {
            text = known
        } else {
            let outcome = try Command(["ffprobe", "-v", "error", "-of", "json"] + arguments).run()
            guard outcome.end == .exit(0) else { throw CommandFailure("ffprobe \(arguments): \(outcome.error)") }
            text = outcome.output
            answers.withLock { $0[question] = text }
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(text.utf8))
    }
}
