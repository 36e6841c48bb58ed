/// One file of a chunk: which chunk, and how often it was made again.
struct ChunkName: Sendable, Hashable {
    /// From 0, as in the plan.
    var index: Int
    /// 0 at first; one more each time that the seam before the chunk did not match.
    var round = 0

    /// `12`, and `12-1` for the first time that it is made again.
    fileprivate var label: String { round == 0 ? "\(index)" : "\(index)-\(round)" }
}

/// The name of a file in `work/<identity>/`.
enum WorkName: Sendable, Hashable {
    case plan
    /// The result of the search for a CRF.
    case probe
    /// That helpers on other machines were requested, by the first lead that did so.
    case helpers
    /// Their job, once it was submitted.
    case helperJob
    /// Who began a chunk: the first time, or as the generation says.
    case claim(ChunkName, generation: Int)
    case chunk(ChunkName)

    /// `plan.json`, `probe.json`, `helpers.json`, `helper-job.json`, `12.claim` (`12.2.claim` of the second worker that began it), `12.chunk`.
    var text: String {
        switch self {
        case .plan: "plan.json"
        case .probe: "probe.json"
        case .helpers: "helpers.json"
        case .helperJob: "helper-job.json"
        case .claim(let chunk, 1): "\(chunk.label).claim"
        case .claim(let chunk, let generation): "\(chunk.label).\(generation).claim"
        case .chunk(let chunk): "\(chunk.label).chunk"
        }
    }

    /// - Returns: nil for any other name.
    init?(_ text: String) {
        guard let name = Self.parse(text), name.text == text else { return nil }
        self = name
    }

    private static let documents: [WorkName] = [.plan, .probe, .helpers, .helperJob]

    private static func parse(_ text: String) -> WorkName? {
        if let document = documents.first(where: { $0.text == text }) { return document }
        let parts = text.split(separator: ".")
        let numbers = parts.first?.split(separator: "-").map { Int($0) }
        guard let numbers, let first = numbers.first, let index = first, numbers.count <= 2 else { return nil }
        var chunk = ChunkName(index: index)
        if numbers.count == 2 {
            guard let round = numbers[1] else { return nil }
            chunk.round = round
        }
        switch (parts.count, parts.last) {
        case (2, "chunk"): return .chunk(chunk)
        case (2, "claim"): return .claim(chunk, generation: 1)
        case (3, "claim"): return Int(parts[1]).flatMap { $0 > 1 ? .claim(chunk, generation: $0) : nil }
        default: return nil
        }
    }
}
