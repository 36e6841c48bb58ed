/// The style sheet of all pages.
enum PageStyle {
    static let sheet: HTML = """
        :root{color-scheme:light dark;--ground:#fbfbf9;--card:#fff;--text:#1b1c1a;--soft:#5b5d58;--line:#e2e2dc;--edge:#8a8c85;\
        --accent:#0a6b4b;--tint:#e3f1ea;--bad:#a8231b;--bad-tint:#fbe9e7;--warn:#7a4b00;--warn-tint:#faf0da;--plain-tint:#eeeeea}
        @media(prefers-color-scheme:dark){:root{--ground:#141513;--card:#1c1d1b;--text:#ecece7;--soft:#a8aaa3;--line:#33352f;--edge:#7d8078;\
        --accent:#63d2a4;--tint:#16352a;--bad:#ff9d94;--bad-tint:#3d1a17;--warn:#f0c272;--warn-tint:#37290f;--plain-tint:#2a2b28}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--text);\
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
        main,footer{max-width:68rem;margin:0 auto;padding:0 1.5rem}
        main{padding-top:2.5rem}
        footer{padding-top:2rem;padding-bottom:3rem;color:var(--soft);font-size:.875rem}
        h1,h2{line-height:1.2;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
        h1{font-size:1.75rem;margin:0}
        h2{font-size:1.125rem;margin:0 0 1rem}
        p{margin:0 0 .75rem}
        a{color:var(--accent);text-underline-offset:.15em}
        code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        .path{color:var(--soft);margin:0 0 .25rem;overflow-wrap:anywhere;min-height:1.5em}
        .hint{color:var(--soft);font-size:.875rem}
        .verdict{display:inline-block;margin:.75rem 0 0;padding:.125rem .625rem;border-radius:1rem;font-size:.875rem;font-weight:600}
        .good{background:var(--tint);color:var(--accent)}
        .plain{background:var(--plain-tint);color:var(--text)}
        .warning{background:var(--warn-tint);color:var(--warn)}
        .bad{background:var(--bad-tint);color:var(--bad)}
        .saving{font-size:1.375rem;margin:1.25rem 0 0;line-height:1.1}
        .saving strong{font-size:3.25rem;font-weight:700;letter-spacing:-.03em}
        .sizes{color:var(--soft);margin:.375rem 0 .75rem}
        .share{display:block;width:100%;height:.5rem;border-radius:.25rem}
        .share .whole{fill:var(--line)}
        .share .part{fill:var(--accent)}
        progress{width:100%;height:.5rem;accent-color:var(--accent)}
        dl{margin:0}
        dt{color:var(--soft);font-size:.8125rem}
        dd{margin:0;overflow-wrap:anywhere}
        .figures{display:flex;flex-wrap:wrap;gap:.75rem 2.5rem;margin-top:1.25rem}
        .figures dd{font-size:1.125rem;font-weight:600}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr));gap:1rem 2rem}
        section{margin-top:2rem;padding:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
        .failure{border-color:var(--bad)}
        .message{font-size:1.125rem;overflow-wrap:anywhere}
        .failure .facts{grid-template-columns:1fr}
        .notes{margin:0;padding-left:1.25rem}
        .notes li{margin:.25rem 0;overflow-wrap:anywhere}
        .wide{overflow-x:auto;margin:0 -1.5rem;padding:0 1.5rem}
        table{width:100%;border-collapse:collapse;text-align:left;font-size:.9375rem}
        th,td{padding:.5rem .75rem;border-bottom:1px solid var(--line);vertical-align:top}
        th:first-child,td:first-child{padding-left:0}
        th:last-child,td:last-child{padding-right:0}
        tbody tr:last-child>*{border-bottom:0}
        thead th{color:var(--soft);font-size:.8125rem;font-weight:500;white-space:nowrap}
        tbody th{font-weight:500}
        .number{text-align:right;white-space:nowrap}
        .streams td{min-width:9rem;overflow-wrap:anywhere}
        .kind,.why{color:var(--soft);font-weight:400}
        .fate{font-weight:600}
        .dropped{color:var(--bad)}
        [hidden]{display:none!important}
        .tools{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center;margin-bottom:1rem}
        label{color:var(--soft);font-size:.875rem}
        input[type=search],select,.pages button{font:inherit;font-size:.9375rem;color:var(--text);background:var(--ground);\
        border:1px solid var(--edge);border-radius:.375rem;padding:.25rem .5rem}
        input[type=search]{width:min(16rem,60vw)}
        output{color:var(--soft);font-size:.875rem;margin-left:auto}
        .pages{display:flex;gap:1rem;align-items:center;justify-content:center;margin-top:1rem;font-size:.875rem}
        button{cursor:pointer}
        button:disabled{cursor:default;opacity:.5}
        th button{all:unset;cursor:pointer}
        th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        th[aria-sort] button::after{content:" ↕";opacity:.35}
        th[aria-sort=ascending] button::after{content:" ↑";opacity:1}
        th[aria-sort=descending] button::after{content:" ↓";opacity:1}
        .summary{max-width:84rem}
        .summary tbody th{min-width:14rem;overflow-wrap:anywhere}
        .pictured tbody th{min-width:18rem}
        .pictured tbody th a{display:flex;gap:.75rem}
        .pictured tbody td{vertical-align:middle}
        .pictured tbody bdi{align-self:center}
        .thumbnail{flex:none;width:5rem;height:2.8125rem;display:flex;background:var(--ground);border-radius:.25rem;overflow:hidden}
        .thumbnail img{width:100%;height:100%;object-fit:contain}
        .good-text{color:var(--accent)}.warning-text{color:var(--warn)}.bad-text{color:var(--bad)}.plain-text{color:var(--soft)}
        figure{margin:0}
        .plot{margin-top:1rem;display:grid;grid-template-columns:3.75rem 1fr}
        .plot figcaption{grid-column:1/-1;color:var(--soft);font-size:.875rem;margin-bottom:.5rem}
        .axes{display:flex;flex-direction:column;justify-content:space-between;font-size:.75rem;color:var(--soft);line-height:1}
        .times{grid-column:2;display:flex;justify-content:space-between;font-size:.75rem;color:var(--soft);margin-top:.25rem}
        .plot svg{width:100%;height:10rem;background:linear-gradient(var(--line),var(--line)) top/100% 1px no-repeat,\
        linear-gradient(var(--line),var(--line)) bottom/100% 1px no-repeat}
        .plot+.plot svg{height:4.5rem}
        .plot path{fill:none;vector-effect:non-scaling-stroke;stroke-width:1.75}
        .plot .mean{stroke:var(--accent)}
        .plot .lowest{stroke:var(--soft);stroke-width:1}
        .plot .rate{fill:var(--accent);fill-opacity:.35;stroke:none}
        .plot .seam{stroke:var(--edge);stroke-width:1;stroke-dasharray:2 3}
        .plot.search{display:block;margin-bottom:1rem}
        .plot.search svg{display:block;background:none;overflow:visible;font-size:.75rem}
        .plot.search line{stroke-width:1.75}
        .plot.search text{fill:var(--soft);text-anchor:middle}
        .plot circle{fill:var(--card);stroke:var(--accent);stroke-width:1.75}
        .plot circle.chosen{fill:var(--accent)}
        .plot .target{stroke:var(--warn);stroke-dasharray:6 4}
        .key{white-space:nowrap;color:var(--text)}
        .key::before{content:"";display:inline-block;width:1rem;height:.2rem;margin:0 .375rem .2rem .5rem;background:var(--soft)}
        .key.mean::before{background:var(--accent)}
        .key.target::before{background:var(--warn)}
        .choice{border:0;padding:0;margin:0 0 1rem;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}
        .choice label{color:var(--text);font-size:.9375rem;cursor:pointer}
        .choice input{accent-color:var(--accent)}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .compare{margin-bottom:1rem}
        .compare figcaption{margin-top:.5rem;color:var(--soft);font-size:.875rem}
        .compare button{font:inherit;color:var(--text);background:var(--ground);border:1px solid var(--edge);\
        border-radius:.375rem;padding:.125rem .5rem;margin-left:.75rem}
        .compare button[aria-pressed=true]{background:var(--accent);color:var(--ground);border-color:var(--accent)}
        .stage{position:relative;display:inline-grid;max-width:100%;overflow:hidden;border-radius:.375rem;vertical-align:top}
        .stage img{grid-area:1/1;display:block;max-width:100%;height:auto}
        .stage .after{clip-path:inset(0 0 0 var(--cut,50%))}
        .stage::after{content:"";position:absolute;top:0;bottom:0;left:var(--cut,50%);width:2px;margin-left:-1px;\
        background:#fff;box-shadow:0 0 0 1px rgba(0,0,0,.5);pointer-events:none}
        .stage input{grid-area:1/1;position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize}
        .stage:focus-within{outline:3px solid var(--accent);outline-offset:2px}
        .side{position:absolute;top:.5rem;padding:.0625rem .5rem;border-radius:1rem;background:rgba(0,0,0,.7);color:#fff;\
        font-size:.75rem;pointer-events:none}
        .left{left:.5rem}.right{right:.5rem}
        @media(max-width:40rem){body{font-size:15px}main,footer{padding-left:1rem;padding-right:1rem}main{padding-top:1.5rem}\
        section{padding:1rem;border-radius:.5rem}.wide{margin:0 -1rem;padding:0 1rem}.saving strong{font-size:2.5rem}\
        h1{font-size:1.375rem}.figures{gap:.75rem 1.5rem}}
        @media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--text:#000;--soft:#444;--line:#bbb;--edge:#888;--accent:#0a6b4b;\
        --tint:#fff;--bad:#a8231b;--bad-tint:#fff;--warn:#7a4b00;--warn-tint:#fff;--plain-tint:#fff}\
        body{font-size:10.5pt}main,footer{max-width:none;padding:0}section{break-inside:avoid;padding:.75rem 0;border:0;\
        border-top:1px solid var(--line);border-radius:0;margin-top:1rem}.wide{overflow:visible;margin:0;padding:0}\
        svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}.screen{display:none}}
        """
}
