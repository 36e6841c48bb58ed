"""A summary of ten thousand reports in a bucket: how long it takes to read them, and a browser to show the page.

    .venv/bin/python Benchmarks/summary.py WORKER CLIP

The reports are that of one encode of CLIP, with other names, sizes, times and ends, in rclone's S3 on loopback. Reading may
take 10 s and showing 1 s, from the navigation until the first hundred rows are painted.

BENCH_REPORTS
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "scripts"), str(ROOT / "Tests" / "Pages")]

from browser import Browser  # noqa: E402
from harness.aws import Rclone  # noqa: E402

COUNT = int(os.environ.get("BENCH_REPORTS", "10000"))
FOLDERS = 50


def report(worker, clip, folder):
    """The report of an encode, whose timeline is made that of two minutes."""
    output = folder / "out.mp4"
    subprocess.run(
        [worker, "encode", clip, output, "--preset", "ultrafast", "--larger", "keep", "--log", "quiet"], check=True)
    found = json.loads((folder / "out.mp4.json").read_text())
    timeline = found["quality"]["timeline"]
    for field in ("mean", "lowest", "bytes"):
        timeline[field] = (timeline[field] * 120)[:120]
    return found


def write(model, folder):
    """Writes the reports: one in five hundred failed, one in fifty was kept."""
    for number in range(COUNT):
        made = json.loads(json.dumps(model))
        path = f"{number % FOLDERS:02}/holiday {number:05}.mov"
        made["source"] |= {"key": f"input/preserve/{path}", "bytes": 300_000_000 + number * 7919 % 900_000_000}
        made["output"] |= {"key": f"output/preserve/{path[:-3]}mp4", "bytes": made["source"]["bytes"] // (2 + number % 5)}
        made["saved"] = {"bytes": made["source"]["bytes"] - made["output"]["bytes"], "percent": 100 - 100 / (2 + number % 5)}
        made["finishedAt"] = f"2026-11-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00Z"
        if number % 500 == 7:
            made |= {"status": "failed", "error": {
                "stage": "demux", "code": "truncated-source", "message": "the source ends early", "advice": "upload it again"}}
            for field in ("output", "saved", "quality", "snapshots", "thumbnail"):
                made.pop(field, None)
        elif number % 50 == 3:
            made |= {"status": "kept", "kept": "larger"}
        target = folder / "reports" / "preserve" / f"{path}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(made, indent=2, sort_keys=True))


def read(worker, server):
    """Seconds of the command, from its start to its end, and its CPU seconds."""
    before, start = os.times(), time.monotonic()
    run = subprocess.run(
        [worker, "summary", "s3://library"], env=os.environ | server.environment, check=True, capture_output=True, text=True)
    seconds, after = time.monotonic() - start, os.times()
    if f"{COUNT} report" not in run.stdout:
        raise SystemExit(run.stdout + run.stderr)
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system


def show(page):
    """Seconds until the page has loaded, until its first rows are painted, and of sorting by name and of a search."""
    browser = Browser()
    try:
        browser.open(page)
        driver = browser.driver
        painted = driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => setTimeout(() => done("
            "performance.getEntriesByName('first-contentful-paint')[0].startTime)));")
        loaded = driver.execute_script("return performance.getEntriesByType('navigation')[0].loadEventEnd")
        rows = driver.execute_script("return document.querySelectorAll('tbody tr').length")
        sizes = driver.execute_script("return [...document.images].filter(image => image.complete && image.naturalWidth).length")
        sort = driver.execute_script(
            "const start = performance.now(); document.querySelector('[data-column=name]').click(); "
            "document.body.getBoundingClientRect(); return performance.now() - start")
        search = driver.execute_script(
            "const filter = document.getElementById('filter'); filter.value = 'holiday 099'; const start = performance.now(); "
            "filter.dispatchEvent(new Event('input')); document.body.getBoundingClientRect(); return performance.now() - start")
    finally:
        browser.close()
    if rows != min(COUNT, 100) or not sizes:
        raise SystemExit(f"{rows} rows with {sizes} images")
    return [value / 1000 for value in (loaded, painted, sort, search)]


def main():
    worker, clip = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        library = folder / "buckets" / "library"
        write(report(worker, clip, folder), library)
        with Rclone(folder / "buckets") as server:
            seconds, cpu = read(worker, server)
        page = library / "reports" / "index.html"
        loaded, painted, sort, search = show(page)
        print(f"{COUNT} reports: read in {seconds:.2f} s ({cpu:.2f} s of CPU), a page of {page.stat().st_size / 1e6:.1f} MB; "
              f"loaded in {loaded:.2f} s, painted at {painted:.2f} s; sorted in {sort:.3f} s, searched in {search:.3f} s; "
              f"load {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
