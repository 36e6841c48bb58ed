/// How a CRF was found: what was tried, against the target, as an SVG.
struct SearchPlot {
    let search: Report.Search

    /// The CRFs of the plot, with room for a label at either end.
    private static let range = (first: 22.0, last: 29.0)
    /// Where the plot's content begins and ends, in percent of its height: labels are above, the axis is below.
    private static let edges = (top: 18.0, bottom: 80.0)

    private var probes: [Report.Search.Probe] {
        search.probes.filter { $0.crf.isFinite && $0.mean.isFinite }.sorted { $0.crf < $1.crf }
    }

    /// Nil if nothing was tried.
    var section: HTML? {
        guard !probes.isEmpty, search.target.isFinite else { return nil }
        var facts = Facts()
        facts.add("Target", dB(search.target))
        facts.add("Chosen", "CRF \(NumberFormat.shortest(search.crf))")
        facts.add("Expected", search.expected.map(dB))
        facts.add("Processor time", Span.text(search.cpuSeconds))
        return """
            <section aria-labelledby="search"><h2 id="search">Search for the CRF</h2>
            <p class="hint">\(search.reached ? reached : missed)</p>
            <figure class="plot search"><figcaption>XPSNR by CRF: \
            <span class="key mean">samples</span> <span class="key target">target</span></figcaption>
            <svg role="img" aria-label="\(words)">\(axis)\(line(at: search.target, "target"))\(curve)\(dots)</svg></figure>
            \(facts.list("facts"))</section>

            """
    }

    private var reached: HTML { "The highest CRF that holds the target, by samples of the video." }

    private var missed: HTML { "No CRF holds the target, by samples of the video: the lowest was used." }

    /// What the plot shows, for those who don't see it.
    private var words: String {
        let tried = probes.map { "CRF \(NumberFormat.shortest($0.crf)) has \(dB($0.mean))" }
        return "\(tried.joined(separator: ", ")). The target is \(dB(search.target)). "
            + "CRF \(NumberFormat.shortest(search.crf)) was chosen."
    }

    private func dB(_ value: Double) -> String { "\(NumberFormat.decimals(value, 1))\u{202F}dB" }

    private var curve: [HTML] {
        zip(probes, probes.dropFirst()).map { one, other in
            """
            <line class="mean" x1="\(x(one.crf))" y1="\(y(one.mean))" x2="\(x(other.crf))" y2="\(y(other.mean))"/>
            """
        }
    }

    private var dots: [HTML] {
        probes.map { probe in
            let isChosen = abs(probe.crf - search.crf) < 0.01
            return """
                <circle\(isChosen ? " class=\"chosen\"" as HTML : nil) cx="\(x(probe.crf))" cy="\(y(probe.mean))" r="4.5"/>\
                <text x="\(x(probe.crf))" y="\(y(probe.mean))" dy="-10">\(NumberFormat.decimals(probe.mean, 1))</text>
                """
        }
    }

    /// The CRFs below the plot, and a line at the one that was chosen.
    private var axis: [HTML] {
        let whole = stride(from: bounds.first + 1, to: bounds.last, by: 1).map { crf -> HTML in
            "<text x=\"\(x(crf))\" y=\"97%\">\(NumberFormat.shortest(crf))</text>"
        }
        let place = x(search.crf)
        return whole + ["<line class=\"seam\" x1=\"\(place)\" x2=\"\(place)\" y1=\"0\" y2=\"84%\"/>"]
    }

    private func line(at level: Double, _ style: HTML) -> HTML {
        "<line class=\"\(style)\" x1=\"0\" x2=\"100%\" y1=\"\(y(level))\" y2=\"\(y(level))\"/>"
    }

    private var bounds: (first: Double, last: Double) {
        let all = probes.map(\.crf) + [search.crf].filter(\.isFinite)
        // CRFs of x265 are from 0 to 51.
        let (low, high) = (max(0, all.min() ?? 0), min(51, all.max() ?? 51))
        return (min(Self.range.first, low.rounded(.down) - 1), max(Self.range.last, high.rounded(.up) + 1))
    }

    private func x(_ crf: Double) -> String {
        percent((crf - bounds.first) / (bounds.last - bounds.first) * 100)
    }

    private func y(_ level: Double) -> String {
        let levels = probes.map(\.mean) + [search.target]
        let (low, high) = (levels.min() ?? 0, levels.max() ?? 0)
        let (top, bottom) = Self.edges
        return percent(top + (bottom - top) * (high - level) / max(0.5, high - low))
    }

    private func percent(_ value: Double) -> String { "\(NumberFormat.decimals(min(100, max(0, value)), 2))%" }
}
