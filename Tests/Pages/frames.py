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


def psnr(one, other, form):
    """The PSNR in dB between two images in a pixel format: of its first component."""
    run = subprocess.run(
        ["ffmpeg", "-v", "info", "-nostdin", "-i", one, "-i", other, "-lavfi",
         f"[0]format={form}[a];[1]format={form}[b];[a][b]psnr", "-f", "null", "-"], check=True, capture_output=True, text=True)
    return float(re.search(r"PSNR \S+:([\d.]+|inf)", run.stderr)[1])


def worst(report, page, source, output, folder):
    """The PSNR of the worst frame as the report says it and as its images have it; and that of each image against its
    file."""
    found = json.loads(report.read_text())["snapshots"][0]
    if found["kind"] != "worst":
        raise AssertionError(found)
    before, after = folder / "before.jpg", folder / "after.jpg"
    for path, content in zip((before, after), images(page)):
        path.write_bytes(content)
    files = [frame(video, found["time"], folder / f"{name}.png") for video, name in ((source, "source"), (output, "output"))]
    return (found["psnr"], psnr(before, after, "yuvj444p"),
            [psnr(image, file, "gbrp") for image, file in zip((before, after), files)])
