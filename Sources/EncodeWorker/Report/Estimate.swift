import FoundationEssentials
import JobReport

/// What encoding some videos would give and cost.
struct Estimate: Encodable {
    /// One video; the fields of what is unknown are absent.
    struct Video: Encodable {
        var name: String
        var bytesBefore: UInt64?
        var bytesAfter: UInt64?
        var crf: Double?
        /// Of this machine.
        var cpuSeconds: Double?
        /// Of one task of the size.
        var wallSeconds: Double?
        /// US dollars.
        var cost: Double?
        /// Whether the output would be a copy of the source.
        var isKept = false
        var error: String?

        init(name: String, bytesBefore: UInt64? = nil, error: String? = nil) {
            self.name = name
            self.bytesBefore = bytesBefore
            self.error = error
        }
    }

    private(set) var videos: [Video] = []
    /// The sums of all videos without an error.
    private(set) var total = Video(name: "all")
    let vCPUs: Double
    let memoryBytes: UInt64
    private let task: TaskSize
    private let prices: Prices

    /// The share of a task's processors that an encode keeps busy, and the seconds before and after it. docs/cost.md has
    /// measurements.
    private static let efficiency = 0.9
    private static let overhead = 15.0

    private enum CodingKeys: CodingKey { case videos, total, vCPUs, memoryBytes }

    init(_ task: TaskSize, _ prices: Prices) {
        (self.task, self.prices) = (task, prices)
        (vCPUs, memoryBytes) = (task.vCPUs, task.memoryBytes)
    }

    mutating func add(_ video: Video) {
        var video = video
        if video.error == nil {
            let wall = (video.cpuSeconds ?? 0) / (task.vCPUs * Self.efficiency) + Self.overhead
            video.wallSeconds = wall
            video.cost = prices.cost(task, seconds: wall).estimate
            total.bytesBefore = (total.bytesBefore ?? 0) + (video.bytesBefore ?? 0)
            total.bytesAfter = (total.bytesAfter ?? 0) + (video.bytesAfter ?? 0)
            total.cpuSeconds = (total.cpuSeconds ?? 0) + (video.cpuSeconds ?? 0)
            total.wallSeconds = (total.wallSeconds ?? 0) + wall
            total.cost = (total.cost ?? 0) + (video.cost ?? 0)
        }
        videos.append(video)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    /// A row for each video, and one for all.
    var text: String {
        var rows = [["name", "before", "after", "saved", "CRF", "CPU time", "time", "cost"]]
        rows += videos.map { cells($0) }
        if videos.count > 1 { rows.append(cells(total)) }
        return TextTable.text(rows)
    }

    private func cells(_ video: Video) -> [String] {
        if let error = video.error { return [video.name, error, "", "", "", "", "", ""] }
        let saved = video.bytesBefore.flatMap { before in
            video.bytesAfter.map { Report.Saved(before: before, after: $0).percent }
        }
        return [
            video.name, video.bytesBefore.map(NumberFormat.bytes) ?? "–",
            video.bytesAfter.map(NumberFormat.bytes) ?? "–",
            video.isKept ? "kept" : saved.map { "\(NumberFormat.decimals($0, 1)) %" } ?? "–",
            video.crf.map { NumberFormat.decimals($0, 2) } ?? "", video.cpuSeconds.map(NumberFormat.clock) ?? "–",
            video.wallSeconds.map(NumberFormat.clock) ?? "–",
            video.cost.map { "$\(NumberFormat.decimals($0, 4))" } ?? "–",
        ]
    }
}
