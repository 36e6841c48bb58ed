"""Reports of all kinds of ends, made by the worker."""
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKER = pathlib.Path(os.environ.get("REELPRESS_WORKER", ROOT / ".build" / "debug" / "EncodeWorker"))
# Names that would be markup, end an attribute, or reverse what follows.
HOSTILE = ["<img src=x onerror=alert(1)>.mp4", "\"quotes' & more\u202egpj.mp4", "javascript:alert(1).mp4"]


def ffmpeg(*arguments):
    """Runs ffmpeg, which makes the sources."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


def clip(path, *options, size="640x360", seconds=3):
    """A moving test pattern with sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}", "-f", "lavfi", "-i",
           f"sine=duration={seconds}", *(options or ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "aac")),
           path)
    return path


def bucket(folder):
    """A folder with sources of all kinds, encoded; the pages are below its reports/."""
    sources = folder / "input" / "preserve"
    clip(sources / "done.mkv", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "aac",
         "-metadata:s:a:0", "title=<script>alert(1)</script>", "-metadata", "title=</title><script>alert(2)</script>")
    clip(sources / "kept.mkv", "-c:v", "libx265", "-x265-params", "log-level=none", "-crf", "50", size="320x180")
    clip(sources / "hdr.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", "-vf",
         "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc", seconds=1)
    (sources / "failed.mp4").write_text("This is no video.")
    for name in HOSTILE:
        clip(sources / name, size="128x72", seconds=1)
    (sources / ("<b>" + HOSTILE[1])).write_text("This is no video either.")
    run = subprocess.run(
        [WORKER, "bucket", folder, "--preset", "ultrafast", "--log", "quiet"], capture_output=True, text=True)
    if run.returncode != 10:
        raise AssertionError(f"exit code {run.returncode}: {run.stderr}")
    subprocess.run([WORKER, "summary", folder], check=True, capture_output=True)
    return folder


def searched(folder):
    """The page of a job in chunks whose CRF was searched: a shorter video is not."""
    source = clip(folder / "minute.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "25", size="160x96",
                  seconds=64)
    subprocess.run(
        [WORKER, "encode", source, folder / "searched.mp4", "--crf", "auto", "--quality-target", "34", "--chunks", "400",
         "--preset", "ultrafast", "--log", "quiet"], check=True)
    return folder / "searched.mp4.html"


def running(folder):
    """The page of a job that has not ended."""
    source = clip(folder / "long.mp4", seconds=20)
    page, copy = folder / "out.mp4.html", folder / "running.html"
    with subprocess.Popen(
            [WORKER, "encode", source, folder / "out.mp4", "--chunks", "50", "--preset", "medium", "--log", "quiet"]) as job:
        try:
            while job.poll() is None:
                if page.exists() and 'data-status="running"' in (text := page.read_text()):
                    copy.write_text(text)
                    break
                time.sleep(0.02)
        finally:
            job.terminate()
    return copy
