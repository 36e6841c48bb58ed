"""Compares the images of a page with the frames of the files."""
import base64
import json
import re
import subprocess


def images(page):
    """The JPEGs of a page, in order."""
    return [base64.b64decode(text) for text in re.findall(r"data:image/jpeg;base64,([\w+/=]+)", page.read_text())]


def frame(video, time, path):
    """Writes the frame of a video that begins at a time as PNG."""
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", video, "-vf", f"select=gte(t\\,{time - 0.001})", "-frames:v", "1",
         "-pix_fmt", "rgb24", path], check=True)
    return path


def psnr(one, other, form, time=None):
    """The PSNR in dB in a pixel format, of its first component: between two images, or two frames of videos."""
    choice = "" if time is None else f"select=gte(t\\,{time - 0.001}),trim=end_frame=1,"
    run = subprocess.run(
        ["ffmpeg", "-v", "info", "-nostdin", "-i", one, "-i", other, "-lavfi",
         f"[0]{choice}format={form}[a];[1]{choice}format={form}[b];[a][b]psnr", "-f", "null", "-"],
        check=True, capture_output=True, text=True)
    return float(re.search(r"PSNR \S+:([\d.]+|inf)", run.stderr)[1])


def worst(report, page, source, output, folder):
    """The worst frame's PSNR in dB, by name: `report` and `files`, of the luma as the report and the two files have it;
    `page` and `frames`, of the luma of JPEG, between the two images and between the two frames; `before` and `after`,
    between an image and its frame."""
    found = json.loads(report.read_text())["snapshots"][0]
    if found["kind"] != "worst":
        raise AssertionError(found)
    before, after = folder / "before.jpg", folder / "after.jpg"
    for path, content in zip((before, after), images(page)):
        path.write_bytes(content)
    one, other = [
        frame(video, found["time"], folder / f"{name}.png") for video, name in ((source, "source"), (output, "output"))]
    return {
        "report": found["psnr"], "files": psnr(source, output, "yuv420p", found["time"]),
        "page": psnr(before, after, "yuvj444p"), "frames": psnr(one, other, "yuvj444p"),
        "before": psnr(before, one, "gbrp"), "after": psnr(after, other, "gbrp")}
