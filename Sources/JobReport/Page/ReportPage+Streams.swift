import Findings

extension ReportPage {
    /// Each stream of the source and what became of it.
    var streams: HTML? {
        guard let before = report.source.streams, !before.isEmpty else { return nil }
        let rows = StreamFate.all(report).map { fate -> HTML in
            """
            <tr><th scope="row">\(fate.source.index) <span class="kind">\(fate.source.kind)</span></th>\
            <td><bdi>\(Self.description(fate.source))</bdi></td><td>\(fate.target.map(Self.description) ?? "–")</td>\
            <td><span class="fate \(fate.kind.html)">\(fate.kind.word)</span>\
            \(fate.reason.map { " <span class=\"why\">\(Sentence.text($0))</span>" as HTML })</td></tr>

            """
        }
        return """
            <section aria-labelledby="streams"><h2 id="streams">Streams</h2>
            <div class="wide" role="region" aria-label="Table of streams" tabindex="0">
            <table class="streams"><thead><tr><th scope="col">Stream</th><th scope="col">In the source</th>\
            <th scope="col">In the output</th><th scope="col">What became of it</th></tr></thead>
            <tbody>\(rows)</tbody></table></div></section>

            """
    }

    /// Such as `h264, 1920×1080, 25 fps, 8.2 Mb/s`.
    private static func description(_ stream: Report.Stream) -> String {
        var parts = [stream.codec]
        if let width = stream.width, let height = stream.height { parts.append("\(width)×\(height)") }
        if let format = stream.pixelFormat { parts.append(format) }
        if let rate = stream.frameRate { parts.append("\(NumberFormat.shortest(rate)) fps") }
        if let channels = stream.channels { parts.append("\(channels) channel\(channels == 1 ? "" : "s")") }
        if let rate = stream.sampleRate { parts.append("\(NumberFormat.shortest(Double(rate) / 1000)) kHz") }
        if let rate = stream.bitRate, rate > 0 { parts.append(BitRate.text(Double(rate))) }
        if let language = stream.language { parts.append(language) }
        if let title = stream.title { parts.append("“\(title)”") }
        return parts.joined(separator: ", ")
    }
}

/// What became of a stream of the source, as far as the report says it.
struct StreamFate {
    enum Kind {
        case encoded, copied, changed, dropped, unknown

        var word: String {
            switch self {
            case .encoded: "Encoded"
            case .copied: "Copied"
            case .changed: "Changed"
            case .dropped: "Dropped"
            case .unknown: "–"
            }
        }

        var html: HTML { self == .dropped ? "dropped" : "kept" }
    }

    var source: Report.Stream
    var target: Report.Stream?
    var kind: Kind
    var reason: String?

    /// Streams keep their order, so those of a kind that are not dropped are the output's of that kind, one by one.
    static func all(_ report: Report) -> [StreamFate] {
        var dropped: [Int: String] = [:]
        for note in report.notes {
            switch note {
            case .streamDropped(let stream, _, let codec, let reason):
                dropped[stream] = reason.sentence(codec: codec)
            case .streamLate(let stream, _, _): dropped[stream] = "it starts in the middle of the source"
            default: break
            }
        }
        var targets = report.output?.streams ?? []
        return (report.source.streams ?? []).map { source in
            if let reason = dropped[source.index] {
                return StreamFate(source: source, target: nil, kind: .dropped, reason: reason)
            }
            guard let place = targets.firstIndex(where: { $0.kind == source.kind }) else {
                return StreamFate(source: source, target: nil, kind: .unknown)
            }
            let target = targets.remove(at: place)
            let isMain = source.kind == "video" && report.kept == nil && report.status != .kept
            let kind: Kind = isMain ? .encoded : target.codec == source.codec ? .copied : .changed
            return StreamFate(source: source, target: target, kind: kind)
        }
    }
}

/// Bits per second.
enum BitRate {
    static func text(_ rate: Double) -> String {
        rate < 999_500
            ? "\(NumberFormat.decimals(rate / 1000, 0)) kb/s"
            : "\(NumberFormat.decimals(rate / 1_000_000, rate < 9_995_000 ? 2 : 1)) Mb/s"
    }
}
