import Findings
import FoundationEssentials

extension Report {
    /// The version of the JSON's layout that is written.
    public static let schema = 2
    /// Bytes of JSON: what is longer is no report.
    public static let maxBytes = (1 << 20) - 1

    /// The report as JSON, the same bytes for the same report.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// - Returns: nil if the bytes are not a report of schema 1 or 2.
    public init?(json: [UInt8]) {
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(json)) else { return nil }
        self = report
    }
}

extension Report: Codable {
    private enum Field: String, CodingKey {
        case schema, status, exitCode, startedAt, finishedAt, source, output, saved, kept, frames, quality, search,
            snapshots, thumbnail, progress, chunks
        case settings, resources, job, cost, s3, versions, notes, noteDetails, error
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(Self.schema, forKey: .schema)
        try fields.encode(status, forKey: .status)
        try fields.encode(exitCode, forKey: .exitCode)
        try fields.encode(startedAt, forKey: .startedAt)
        try fields.encode(finishedAt, forKey: .finishedAt)
        try fields.encode(source, forKey: .source)
        try fields.encodeIfPresent(output, forKey: .output)
        try fields.encodeIfPresent(saved, forKey: .saved)
        try fields.encodeIfPresent(kept, forKey: .kept)
        try fields.encodeIfPresent(frames, forKey: .frames)
        try fields.encodeIfPresent(quality, forKey: .quality)
        try fields.encodeIfPresent(search, forKey: .search)
        try fields.encodeIfPresent(snapshots, forKey: .snapshots)
        try fields.encodeIfPresent(thumbnail, forKey: .thumbnail)
        try fields.encodeIfPresent(progress, forKey: .progress)
        try fields.encodeIfPresent(chunks, forKey: .chunks)
        try fields.encode(settings, forKey: .settings)
        try fields.encode(resources, forKey: .resources)
        try fields.encodeIfPresent(job, forKey: .job)
        try fields.encodeIfPresent(cost, forKey: .cost)
        try fields.encodeIfPresent(s3, forKey: .s3)
        try fields.encode(versions, forKey: .versions)
        try fields.encode(notes.map(\.description), forKey: .notes)
        try fields.encode(notes, forKey: .noteDetails)
        try fields.encodeIfPresent(error, forKey: .error)
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        guard try (1...Self.schema).contains(fields.decode(Int.self, forKey: .schema)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .schema, in: fields, debugDescription: "a schema of a later version")
        }
        self.init(
            status: try fields.decode(Status.self, forKey: .status),
            exitCode: try fields.decode(Int32.self, forKey: .exitCode),
            startedAt: try fields.decode(String.self, forKey: .startedAt),
            finishedAt: try fields.decode(String.self, forKey: .finishedAt),
            source: try fields.decode(Item.self, forKey: .source),
            output: try fields.decodeIfPresent(Item.self, forKey: .output),
            saved: try fields.decodeIfPresent(Saved.self, forKey: .saved),
            kept: try fields.decodeIfPresent(CopyReason.self, forKey: .kept),
            frames: try fields.decodeIfPresent(Frames.self, forKey: .frames),
            quality: try fields.decodeIfPresent(Quality.self, forKey: .quality),
            chunks: try fields.decodeIfPresent(Chunks.self, forKey: .chunks),
            settings: try fields.decode(EncodeOptions.self, forKey: .settings),
            resources: try fields.decode(Usage.self, forKey: .resources),
            job: try fields.decodeIfPresent(BatchAttempt.self, forKey: .job),
            cost: try fields.decodeIfPresent(Cost.self, forKey: .cost),
            s3: try fields.decodeIfPresent(Traffic.self, forKey: .s3),
            versions: try fields.decode(Versions.self, forKey: .versions),
            notes: try Self.notes(fields),
            error: try fields.decodeIfPresent(Failure.self, forKey: .error))
        search = try fields.decodeIfPresent(Search.self, forKey: .search)
        snapshots = try fields.decodeIfPresent([Snapshot].self, forKey: .snapshots)
        // A report is one without its image, too.
        thumbnail = try? fields.decodeIfPresent(Thumbnail.self, forKey: .thumbnail)
        progress = try fields.decodeIfPresent(Progress.self, forKey: .progress)
    }

    /// A sentence without details that this version knows is still a note: schema 1 has no details, and a later
    /// version may have more kinds.
    private static func notes(_ fields: KeyedDecodingContainer<Field>) throws -> [Note] {
        let sentences = try fields.decode([String].self, forKey: .notes)
        let details = try fields.decodeIfPresent([KnownNote].self, forKey: .noteDetails) ?? []
        return sentences.indices.map { index in
            (details.indices.contains(index) ? details[index].note : nil) ?? .other(text: sentences[index])
        }
    }

    private struct KnownNote: Decodable {
        /// Nil for a note whose kind or fields this version doesn't know.
        let note: Note?

        init(from decoder: any Decoder) { note = try? Note(from: decoder) }
    }
}
