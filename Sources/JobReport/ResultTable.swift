/// The table that `encode` and `bucket` print at the end: one row per source.
public struct ResultTable {
    private var rows = [["name", "before", "after", "saved", "CRF", "PSNR", "SSIM", "speed"]]
    private var before: UInt64 = 0
    private var after: UInt64 = 0

    public init() {}

    public mutating func add(_ report: Report) {
        let size = report.source.bytes.map(NumberFormat.bytes) ?? "–"
        guard let saved = report.saved, let output = report.output, let bytes = output.bytes else {
            rows.append([report.source.key, size, report.status.rawValue, "–", "–", "–", "–", "–"])
            return
        }
        before += report.source.bytes ?? 0
        after += bytes
        rows.append([
            report.source.key, size, NumberFormat.bytes(bytes), "\(NumberFormat.decimals(saved.percent, 1)) %",
            report.quality.map { _ in NumberFormat.decimals(report.settings.crf, 2) } ?? "–",
            report.quality.map { "\(NumberFormat.decimals($0.lumaPSNR, 2)) dB" } ?? "–",
            report.quality.map { NumberFormat.decimals($0.lumaSSIM, 4) } ?? "–",
            Self.speed(report),
        ])
    }

    private static func speed(_ report: Report) -> String {
        switch report.status {
        case .unchanged: "done before"
        case .kept: "kept"
        default: report.resources.speed.map { "\(NumberFormat.decimals($0, 2))x" } ?? "–"
        }
    }

    /// The rows, aligned in columns, with a sum if there are several.
    public var text: String {
        var rows = rows
        if rows.count > 2, before > 0 {
            let percent = Double(Int64(before) - Int64(after)) * 100 / Double(before)
            rows.append([
                "all", NumberFormat.bytes(before), NumberFormat.bytes(after), "\(NumberFormat.decimals(percent, 1)) %",
                "", "", "", "",
            ])
        }
        return TextTable.text(rows)
    }
}

/// Rows of text in columns.
public enum TextTable {
    /// - Parameter rows: of equal lengths, the first with the columns' names. The first column is aligned to the left.
    public static func text(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
