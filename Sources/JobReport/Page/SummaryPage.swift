/// All reports of a bucket or folder as one page.
public struct SummaryPage {
    private let rows: [SummaryRow]
    private let totals: SummaryTotals
    private let place: String
    private let unreadable: Int
    private let time: String

    /// Rows at once: what one can look over, and what a browser draws in no time.
    static let rowsPerPage = 100
    /// Failures, and videos under their target, that are listed above the table.
    private static let listed = 20
    /// Bytes of all thumbnails, in base64: those of ten thousand videos.
    private static let thumbnailBytes = 16_000_000

    /// - Parameters:
    ///   - place: the bucket's or folder's name.
    ///   - unreadable: files below `reports/` that are no reports.
    ///   - time: now, ISO 8601.
    public init(_ rows: [SummaryRow], place: String, unreadable: Int, time: String) {
        // What needs a look comes first, then what ended last.
        self.rows = Self.bounded(
            rows.sorted { one, other in
                if one.urgency != other.urgency { return one.urgency > other.urgency }
                if one.ended != other.ended { return one.ended > other.ended }
                return one.page.utf8.lexicographicallyPrecedes(other.page.utf8)
            }, thumbnailBytes: Self.thumbnailBytes)
        self.place = place
        self.unreadable = unreadable
        self.time = time
        totals = SummaryTotals(rows)
    }

    /// The rows without the thumbnails for which there is no room: those of the last ones.
    static func bounded(_ rows: [SummaryRow], thumbnailBytes: Int) -> [SummaryRow] {
        var rest = thumbnailBytes
        return rows.map { row in
            rest -= row.thumbnail?.jpeg.utf8.count ?? 0
            guard rest < 0 else { return row }
            var bare = row
            bare.thumbnail = nil
            return bare
        }
    }

    /// The file, in UTF-8.
    public func file() -> [UInt8] {
        let content: HTML = """
            <main class="summary" data-status="summary">
            \(headline)\(attention)\(table)</main>
            <footer class="summary">Made \(Moment(time).html). The price of storage is that of S3 Standard in us-east-1, \
            $\(NumberFormat.decimals(SummaryTotals.monthlyPrice, 3)) a gigabyte and month.</footer>
            """
        return PageShell(title: "Reelpress – \(place)", script: SummaryScript.source).file(content)
    }

    private var headline: HTML {
        var figures = Facts()
        figures.add("Videos", Grouped.text(totals.videos))
        figures.add("Saved", totals.before > 0 ? NumberFormat.bytes(totals.saved) : nil)
        figures.add("Saved a month", totals.saved > 0 ? Money.dollars(totals.savedMonthly) : nil)
        figures.add("Spent", totals.hasCosts ? Money.dollars(totals.spent) : nil)
        figures.add("Failed", totals.failed > 0 ? Grouped.text(totals.failed) : nil)
        figures.add("Running", totals.running > 0 ? Grouped.text(totals.running) : nil)
        figures.add("Not readable", unreadable > 0 ? Grouped.text(unreadable) : nil)
        return """
            <header>
            <p class="path">Reelpress</p>
            <h1><bdi>\(place)</bdi></h1>
            \(saving)\(figures.list("figures"))</header>

            """
    }

    private var saving: HTML? {
        guard totals.before > 0 else { return nil }
        return SizeChange(
            before: totals.before, after: totals.after, percent: NumberFormat.decimals(abs(totals.percent), 1)
        ).html
    }

    private var attention: HTML? {
        let concerns = rows.filter(\.needsLook)
        guard !concerns.isEmpty else { return nil }
        let items = concerns.prefix(Self.listed).map { row -> HTML in
            """
            <li><a href="\(HTML.link(toPath: row.page))"><bdi>\(row.name)</bdi></a> \
            <span class="why">\(Sentence.text(row.reason))</span></li>
            """
        }
        let rest = concerns.count - items.count
        return """
            <section class="failure" aria-labelledby="attention"><h2 id="attention">Needs a look</h2>
            <ul class="notes">\(items)</ul>
            \(rest > 0 ? "<p class=\"hint\">and \(Grouped.text(rest)) more in the table</p>\n" as HTML : nil)</section>

            """
    }

    private static let columns: [(key: HTML, name: HTML, isNumber: Bool)] = [
        ("name", "Name", false), ("status", "Status", false), ("before", "Before", true), ("after", "After", true),
        ("saved", "Saved", true), ("quality", "XPSNR", true), ("crf", "CRF", true), ("cost", "Cost", true),
        ("ended", "Ended (UTC)", true),
    ]

    private var table: HTML {
        let heads = Self.columns.map { column -> HTML in
            let style: HTML = column.isNumber ? " class=\"number\"" : ""
            return """
                <th scope="col"\(style) aria-sort="none"><button type="button" data-column="\(column.key)">\
                \(column.name)</button></th>
                """
        }
        let more = rows.count > Self.rowsPerPage
        return """
            <section aria-labelledby="videos"><h2 id="videos">Videos</h2>
            <form class="tools screen" role="search" hidden>
            <label>Name <input type="search" id="filter" autocomplete="off" spellcheck="false"></label>
            <label>Status <select id="status"><option value="">all</option></select></label>
            <output id="count" for="filter status"></output></form>
            <div class="wide" role="region" aria-label="Table of videos" tabindex="0">
            <table id="table"\(hasThumbnails ? " class=\"pictured\"" as HTML : nil)><thead><tr>\(heads)</tr></thead>
            <tbody>
            \(rows.prefix(Self.rowsPerPage).map(line))</tbody></table></div>
            <nav class="pages screen" aria-label="Pages" hidden><button type="button" id="previous">Previous</button>\
            <span id="page"></span><button type="button" id="next">Next</button></nav>
            \(more ? "<noscript><p class=\"hint\">Only the first \(Self.rowsPerPage) are shown without scripts.</p></noscript>\n" as HTML : nil)\
            <script type="application/json" id="rows">\(HTML(.list(rows.map(data))))</script></section>

            """
    }

    private var hasThumbnails: Bool { rows.contains { $0.thumbnail != nil } }

    private func line(_ row: SummaryRow) -> HTML {
        let numbers = cells(row).dropFirst(2).map { "<td class=\"number\">\($0)</td>" as HTML }
        return """
            <tr><th scope="row"><a href="\(HTML.link(toPath: row.page))">\(thumbnail(row))<bdi>\(row.name)</bdi></a></th>\
            <td><span class="fate \(row.verdict.tone.html)-text">\(row.verdict.word)</span></td>\(Array(numbers))</tr>

            """
    }

    /// The name is next to it, so it needs no other text.
    private func thumbnail(_ row: SummaryRow) -> HTML? {
        guard hasThumbnails else { return nil }
        let image = row.thumbnail.map { "<img alt=\"\" src=\"\(Report.imagePrefix)\($0.jpeg)\">" as HTML }
        return "<span class=\"thumbnail\">\(image)</span>"
    }

    /// What the columns show.
    private func cells(_ row: SummaryRow) -> [String] {
        [
            row.name, row.verdict.word, row.before.map(NumberFormat.bytes) ?? "–",
            row.after.map(NumberFormat.bytes) ?? "–",
            row.savedPercent.map { "\(NumberFormat.decimals($0, 1))\u{202F}%" } ?? "–",
            row.quality.map { NumberFormat.decimals($0, 1) } ?? "–", NumberFormat.shortest(row.crf),
            row.cost.map(Money.dollars) ?? "–", Moment(row.ended).short,
        ]
    }

    /// A row for the script: the link, the tone, what the columns show, what they are sorted by, and the thumbnail.
    private func data(_ row: SummaryRow) -> ScriptData {
        let cells = cells(row).map { ScriptData.text($0) }
        let keys: [ScriptData] = [
            .number(row.before.map(Double.init)), .number(row.after.map(Double.init)), .number(row.savedPercent),
            .number(row.quality), .number(row.crf), .number(row.cost), .text(row.ended),
        ]
        return .list([
            .text(HTML.link(toPath: row.page).text), .text(row.verdict.tone.rawValue), .list(cells), .list(keys),
            .text(row.thumbnail?.jpeg ?? ""),
        ])
    }
}
