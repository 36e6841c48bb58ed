import Findings

/// A job's report as a page: what became of a video, at a glance and in detail.
public struct ReportPage {
    let report: Report

    /// Bytes of a page: images are chosen so that it stays below.
    public static let maxBytes = 2_000_000

    public init(_ report: Report) { self.report = report }

    /// The file, in UTF-8.
    public func file() -> [UInt8] {
        let content: HTML = """
            <main data-status="\(report.status.rawValue)">
            \(headline)
            \(progress)\(failure)\(frames)\(timeline)\(search)\(streams)\(notes)\(work)\(settings)</main>
            <footer>Reelpress \(report.versions.reelpress) · \(Moment(report.finishedAt).html)</footer>
            """
        let script: HTML? =
            report.status == .running ? RunningScript.source : frames == nil ? nil : ReportScript.source
        return PageShell(title: "\(name) – \(verdict.word)", script: script).file(content)
    }

    /// The name without its folders.
    var name: String {
        let name = report.source.key.split(separator: "/").last.map(String.init) ?? report.source.key
        return name.isEmpty ? report.source.key : name
    }

    /// The folders, with a slash at the end.
    private var folder: String {
        report.source.key.utf8.count > name.utf8.count ? String(report.source.key.dropLast(name.count)) : ""
    }

    private var headline: HTML {
        """
        <header>
        <p class="path"><bdi>\(folder)</bdi></p>
        <h1><bdi>\(name)</bdi></h1>
        <p class="verdict \(verdict.tone.html)">\(verdict.word)</p>
        \(saving)\(figures)</header>
        """
    }

    var verdict: Verdict { Verdict(report) }

    /// The largest figure of the page: how much smaller the video is.
    private var saving: HTML? {
        guard let before = report.source.bytes, let after = report.output?.bytes, let saved = report.saved else {
            return report.source.bytes.map { "<p class=\"sizes\">\(NumberFormat.bytes($0))</p>\n" }
        }
        guard saved.bytes != 0 else { return "<p class=\"sizes\">\(NumberFormat.bytes(before))</p>\n" }
        let percent = NumberFormat.decimals(abs(saved.percent), abs(saved.percent) < 99.95 ? 1 : 0)
        return SizeChange(before: before, after: after, percent: percent).html
    }

    private var figures: HTML {
        var figures = Facts()
        if let quality = report.quality {
            figures.add("XPSNR", quality.xpsnr.map { "\(NumberFormat.decimals($0.mean, 1))\u{202F}dB" })
            figures.add("Worst frame", quality.xpsnr.map { "\(NumberFormat.decimals($0.worst, 1))\u{202F}dB" })
            figures.add("PSNR", "\(NumberFormat.decimals(quality.lumaPSNR, 1))\u{202F}dB")
            figures.add("SSIM", NumberFormat.decimals(quality.lumaSSIM, 4))
        }
        figures.add("Cost", report.cost.map { Money.dollars($0.sum) })
        figures.add("Took", Span.text(report.resources.wallSeconds))
        figures.add("Length", (report.source.duration ?? report.output?.duration).map(Span.text))
        figures.add("CRF", NumberFormat.shortest(report.settings.crf))
        return figures.list("figures")
    }

    private var progress: HTML? {
        guard report.status == .running, let progress = report.progress else { return nil }
        var facts = Facts()
        facts.add("Frames", Grouped.text(progress.frames))
        facts.add("Speed", "\(NumberFormat.decimals(progress.framesPerSecond, 1)) frames a second")
        facts.add("Chunks", report.chunks.map { "\($0.done) of \($0.total)" })
        facts.add("Expected end", progress.expectedEnd.map { Moment($0).text })
        facts.add("Last heard of", Moment(report.finishedAt).text)
        let percent = progress.percent.map { NumberFormat.decimals($0, 1) }
        let bar: HTML? = percent.map {
            """
            <p class="saving"><strong>\($0)\u{202F}%</strong> done</p>
            <progress max="100" value="\($0)" aria-label="Encoded">\($0) %</progress>

            """
        }
        return """
            <section aria-labelledby="progress"><h2 id="progress">Progress</h2>
            \(bar)\(facts.list("facts"))<p class="hint screen"><label><input type="checkbox" id="reload" checked> Load this page again every \
            30 seconds</label></p>
            </section>

            """
    }

    private var failure: HTML? {
        guard let error = report.error else { return nil }
        return """
            <section class="failure" aria-labelledby="failure"><h2 id="failure">What happened</h2>
            <p class="message">\(Sentence.text(error.message))</p>
            <dl class="facts">\
            \(error.advice.isEmpty ? nil : "<div><dt>What to do</dt><dd>\(Sentence.text(error.advice))</dd></div>" as HTML)\
            <div><dt>Retry</dt><dd>\(Retry.text(report))</dd></div>\
            <div><dt>Code</dt><dd><code>\(error.code)</code>, in the stage \(error.stage), exit code \
            \(Int(report.exitCode))</dd></div></dl></section>

            """
    }

    private var timeline: HTML? {
        guard let quality = report.quality, let timeline = quality.timeline else { return nil }
        return TimelinePlot(
            timeline: timeline, seams: (quality.chunks ?? []).map(\.start), crf: report.settings.crf
        ).section
    }

    private var search: HTML? { report.search.flatMap { SearchPlot(search: $0).section } }

    private var notes: HTML? {
        guard !report.notes.isEmpty else { return nil }
        let items = report.notes.map { "<li>\(Sentence.text($0.description))</li>" as HTML }
        return """
            <section aria-labelledby="notes"><h2 id="notes">Notes</h2>
            <p class="hint">What is not in the output, or not as it was in the source.</p>
            <ul class="notes">\(items)</ul></section>

            """
    }
}

/// The script of a running job's page: loads it again, unless the reader stops that.
///
/// Source: WCAG 2.2, success criterion 2.2.1: a page that always reloads takes it away from those who read slowly.
enum RunningScript {
    static let source: HTML = """
        'use strict';
        setInterval(() => { if (document.getElementById('reload').checked) location.reload(); }, 30000);
        """
}
