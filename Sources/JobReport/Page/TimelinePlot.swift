/// Quality and bit rate over a video's time, as an SVG.
struct TimelinePlot {
    let timeline: Report.Timeline
    /// Where chunks begin, in seconds.
    let seams: [Double]
    /// Of all chunks: an encode has one.
    let crf: Double

    private static let size = (width: 1000.0, quality: 160.0, rate: 70.0)

    private var count: Int { timeline.bytes.count }
    private var length: Double { Double(count * timeline.step) }

    /// Nil for a video that is shorter than a plot is of use.
    var section: HTML? {
        let values = (timeline.mean + timeline.lowest).compactMap(\.self).filter(\.isFinite)
        guard count > 2, timeline.mean.count == count, timeline.lowest.count == count,
            let low = values.min(), let high = values.max()
        else { return nil }
        let (bottom, top) = (low.rounded(.down), max(low.rounded(.down) + 1, high.rounded(.up)))
        let rates = timeline.bytes.map { Double($0) * 8 / Double(max(1, timeline.step)) }
        let highest = max(1, rates.max() ?? 1)
        let span = timeline.step == 1 ? "second" : "\(timeline.step) seconds"
        return """
            <section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
            <figure class="plot"><figcaption>XPSNR of each \(span) in dB: \
            <span class="key mean">mean</span> <span class="key lowest">worst frame</span></figcaption>
            <div class="axes"><span>\(NumberFormat.decimals(top, 0))</span><span>\(NumberFormat.decimals(bottom, 0))</span></div>
            \(svg(Self.size.quality, "XPSNR from \(NumberFormat.decimals(low, 1)) to \(NumberFormat.decimals(high, 1)) dB", """
            <path class="lowest" d="\(path(timeline.lowest, bottom, top))"/>\
            <path class="mean" d="\(path(timeline.mean, bottom, top))"/>
            """))</figure>
            <figure class="plot"><figcaption>Bit rate of the video</figcaption>
            <div class="axes"><span>\(BitRate.text(highest))</span><span>0</span></div>
            \(svg(Self.size.rate, "Bit rate, \(BitRate.text(highest)) at most", """
            <path class="rate" d="\(area(rates, highest))"/>
            """))
            <div class="times"><span>0:00</span><span>\(NumberFormat.clock(length / 2))</span>\
            <span>\(NumberFormat.clock(length))</span></div></figure>
            \(hint)</section>

            """
    }

    private var hint: HTML? {
        guard !seams.isEmpty else { return nil }
        return """
            <p class="hint">Vertical lines are seams between chunks. All \(seams.count) chunks have the CRF \
            \(NumberFormat.shortest(crf)).</p>

            """
    }

    private func svg(_ height: Double, _ label: String, _ content: HTML) -> HTML {
        let lines = seams.filter { $0 > 0 && $0 < length }.map { seam -> HTML in
            let x = coordinate(seam / length * Self.size.width)
            return "<path class=\"seam\" d=\"M\(x) 0V\(coordinate(height))\"/>"
        }
        return """
            <svg viewBox="0 0 \(Int(Self.size.width)) \(Int(height))" preserveAspectRatio="none" role="img" \
            aria-label="\(label)">\(lines)\(content)</svg>
            """
    }

    /// A line that is interrupted where there is no value.
    private func path(_ values: [Double?], _ bottom: Double, _ top: Double) -> String {
        var path = ""
        var isDrawing = false
        for (index, value) in values.enumerated() {
            guard let value, value.isFinite else {
                isDrawing = false
                continue
            }
            let y = (top - value) / (top - bottom) * Self.size.quality
            path += "\(isDrawing ? "L" : "M")\(x(index)) \(coordinate(y))"
            isDrawing = true
        }
        return path
    }

    private func area(_ values: [Double], _ highest: Double) -> String {
        var path = "M0 \(coordinate(Self.size.rate))"
        for (index, value) in values.enumerated() {
            path += "L\(x(index)) \(coordinate((1 - value / highest) * Self.size.rate))"
        }
        return path + "L\(coordinate(Self.size.width)) \(coordinate(Self.size.rate))Z"
    }

    private func x(_ index: Int) -> String {
        coordinate(Double(index) / Double(max(1, count - 1)) * Self.size.width)
    }

    private func coordinate(_ value: Double) -> String { NumberFormat.decimals(value, 1) }
}
