import FoundationEssentials

extension Report {
    /// The report as JSON, the same bytes for the same report.
    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// - Returns: nil where the bytes are no report of this layout.
    static func reading(_ bytes: [UInt8]) -> Report? {
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(bytes)), report.schema == 1 else {
            return nil
        }
        return report
    }

    /// This moment as ISO 8601, in UTC.
    static func now() -> String { Date().formatted(.iso8601) }
}
