extension ReportPage {
    /// Frames as they were before and after, one over the other.
    var frames: HTML? {
        let shown = (report.snapshots ?? []).filter { $0.images != nil }
        guard !shown.isEmpty else { return nil }
        let choices = shown.enumerated().map { index, frame -> HTML in
            """
            <label><input type="radio" name="frame" value="\(index)"\(index == 0 ? " checked" as HTML : "")> \
            \(frame.kind.title) <span class="hint">\(NumberFormat.clock(frame.time))</span></label>
            """
        }
        return """
            <section aria-labelledby="frames"><h2 id="frames">Before and after</h2>
            <fieldset class="choice screen" hidden><legend class="unseen">Frame</legend>\(choices)</fieldset>
            \(shown.map(figure))</section>

            """
    }

    private func figure(_ frame: Report.Snapshot) -> HTML {
        guard let images = frame.images else { return "" }
        let values =
            "\(frame.kind.title) at \(NumberFormat.clock(frame.time)): XPSNR \(NumberFormat.decimals(frame.xpsnr, 1)) dB, "
            + "PSNR \(NumberFormat.decimals(frame.psnr, 1)) dB"
        var (part, button) = ("" as HTML, "" as HTML)
        if let detail = frame.detail, let before = images.detailBefore, let after = images.detailAfter {
            let stage = stage("The part with the largest error", before, after, detail.width, detail.height)
            part = "<div class=\"detail\" hidden>\(stage)</div>"
            button = """
                 <button type="button" class="screen" aria-pressed="false">Largest error, 1:1</button>
                """
        }
        return """
            <figure class="compare">
            \(stage(frame.kind.title, images.before, images.after, frame.width, frame.height))\(part)
            <figcaption>\(values)\(button)</figcaption></figure>

            """
    }

    private func stage(_ name: String, _ before: String, _ after: String, _ width: Int, _ height: Int) -> HTML {
        let size: HTML = " width=\"\(width)\" height=\"\(height)\""
        return """
            <div class="stage"><img class="before" alt="\(name), before"\(size) src="data:image/jpeg;base64,\(before)">\
            <img class="after" alt="\(name), after"\(size) src="data:image/jpeg;base64,\(after)">\
            <span class="side left" aria-hidden="true">before</span><span class="side right" aria-hidden="true">after</span>\
            <input type="range" class="screen" min="0" max="100" value="50" step="1" \
            aria-label="Where the frame before ends and the one after begins, in percent"></div>
            """
    }
}

extension Report.Snapshot.Kind {
    fileprivate var title: String {
        switch self {
        case .worst: "Worst frame"
        case .median: "Median frame"
        case .other: "Frame"
        }
    }
}

/// The script of a report's page: the slider, and which frame is shown.
enum ReportScript {
    static let source: HTML = """
        'use strict';
        const figures = [...document.querySelectorAll('.compare')];
        const choice = document.querySelector('.choice');
        function show(index) { figures.forEach((figure, place) => { figure.hidden = place !== index; }); }
        if (choice) {
          choice.hidden = figures.length < 2;
          choice.addEventListener('change', event => show(Number(event.target.value)));
          const chosen = choice.querySelector('input:checked');
          show(Number(chosen.value));
        }
        for (const stage of document.querySelectorAll('.stage')) {
          const range = stage.querySelector('input');
          const move = () => stage.style.setProperty('--cut', range.value + '%');
          range.addEventListener('input', move);
          move();
        }
        for (const button of document.querySelectorAll('.compare button')) {
          button.addEventListener('click', () => {
            const figure = button.closest('.compare'), detail = figure.querySelector('.detail');
            detail.hidden = !detail.hidden;
            figure.querySelector('.stage').hidden = !detail.hidden;
            button.setAttribute('aria-pressed', String(!detail.hidden));
          });
        }
        """
}
