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
    """The PSNRs in dB of the components of a pixel format: between two images, or two frames of videos."""
    choice = "" if time is None else f"select=gte(t\\,{time - 0.001}),trim=end_frame=1,"
    run = subprocess.run(
        ["ffmpeg", "-v", "info", "-nostdin", "-i", one, "-i", other, "-lavfi",
         f"[0]{choice}format={form}[a];[1]{choice}format={form}[b];[a][b]psnr", "-f", "null", "-"],
        check=True, capture_output=True, text=True)
    return [float(found) for found in re.findall(r" [a-z]:([\d.]+|inf)", run.stderr)]


def worst(report, page, source, output, folder):
    """The worst frame's PSNR in dB, by name: `report` and `files`, of the luma as the report and the two files have it;
    `page` and `frames`, of the luma of JPEG, between the two images and between the two frames; `before` and `after`, of
    the worst component of JPEG, whose chroma has half the size, between an image and its frame."""
    found = json.loads(report.read_text())["snapshots"][0]
    if found["kind"] != "worst":
        raise AssertionError(found)
    before, after = folder / "before.jpg", folder / "after.jpg"
    for path, content in zip((before, after), images(page)):
        path.write_bytes(content)
    one, other = [
        frame(video, found["time"], folder / f"{name}.png") for video, name in ((source, "source"), (output, "output"))]
    return {
        "report": found["psnr"], "files": psnr(source, output, "yuv420p", found["time"])[0],
        "page": psnr(before, after, "yuvj420p")[0], "frames": psnr(one, other, "yuvj420p")[0],
        "before": min(psnr(before, one, "yuvj420p")), "after": min(psnr(after, other, "yuvj420p"))}
