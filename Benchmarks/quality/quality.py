"""How well XPSNR predicts VMAF: bytes, XPSNR, VMAF and VMAF NEG of clips at several CRFs.

    .venv/bin/python Benchmarks/quality/quality.py OUT.json CLIP…

The encodes are x265's, by the ffmpeg of imageio-ffmpeg, which also measures. VMAF's models are made for 1080p: both
videos are scaled to it. A clip that ends in `:10` is encoded in 10 bits. Results are added to OUT.json as they come;
what is there is not measured again. Prints the table and the correlations.
"""
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
CRFS = [23, 25.5, 28]
FRAMES = 40
PRESET = "medium"
MODELS = r"version=vmaf_v0.6.1\:name=vmaf|version=vmaf_v0.6.1neg\:name=neg"


def run(*arguments):
    done = subprocess.run([FFMPEG, "-nostdin", "-y", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return done.stderr


def measure(clip, folder):
    """The values of one clip at each CRF."""
    path, _, depth = clip.partition(":")
    pixels = "yuv420p10le" if depth else "yuv420p"
    source, coded, log = folder / "source.mkv", folder / "coded.mkv", folder / "vmaf.json"
    run("-v", "error", "-i", path, "-an", "-frames:v", FRAMES, "-vf", f"crop=trunc(iw/2)*2:trunc(ih/2)*2,format={pixels}",
        "-fps_mode", "passthrough", "-c:v", "ffv1", source)
    values = {}
    for crf in CRFS:
        run("-v", "error", "-i", source, "-c:v", "libx265", "-preset", PRESET, "-crf", crf, "-x265-params",
            "log-level=none:pools=1", "-fps_mode", "passthrough", coded)
        graph = (
            f"[0:v]settb=1/1000,setpts=N,split[a][s];[1:v]settb=1/1000,setpts=N,split[b][t];[a][b]xpsnr,nullsink;"
            f"[s]scale=1920:1080:flags=bicubic[r];[t]scale=1920:1080:flags=bicubic[d];"
            f"[d][r]libvmaf=n_threads=1:log_fmt=json:log_path={log}:model='{MODELS}'")
        text = run("-hide_banner", "-i", source, "-i", coded, "-filter_complex", graph, "-f", "null", "-")
        pooled = json.loads(log.read_text())["pooled_metrics"]
        values[str(crf)] = {
            "bytes": coded.stat().st_size, "xpsnr": float(re.findall(r"XPSNR +y: ([0-9.]+)", text)[-1]),
            "vmaf": pooled["vmaf"]["mean"], "neg": pooled["neg"]["mean"], "worst": pooled["vmaf"]["min"]}
    return values


def correlations(results, key):
    """How XPSNR goes with a VMAF: Spearman's correlation over the clips, Pearson's over the CRFs of each clip."""
    def of(rows):
        return statistics.correlation([row["xpsnr"] for row in rows], [row[key] for row in rows])

    def ranked(rows):
        return statistics.correlation(rank(rows, "xpsnr"), rank(rows, key))

    between = [ranked([values[str(crf)] for values in results.values()]) for crf in CRFS]
    within = [of(list(values.values())) for values in results.values()]
    return statistics.mean(between), min(within)


def at(values, crf, key):
    """A value at a CRF between those that were measured; bytes on a logarithmic scale."""
    known = sorted((float(number), row[key]) for number, row in values.items())
    (low, one), (high, other) = next(pair for pair in zip(known, known[1:]) if crf <= pair[1][0])
    share = (crf - low) / (high - low)
    return one ** (1 - share) * other ** share if key == "bytes" else one + (other - one) * share


def chosen(values, target):
    """The highest CRF of 23 to 28, in quarters, at which a clip holds a target."""
    steps = [23 + number / 4 for number in range(21)]
    return max([crf for crf in steps if at(values, crf, "xpsnr") >= target], default=23)


def compare(results):
    """One row for each way to choose the CRF: bytes of all clips, mean and lowest VMAF."""
    ways = [(f"CRF {crf}", lambda values, crf=crf: crf) for crf in (23, 24, 26, 28)]
    ways += [(f"auto, {target} dB", lambda values, target=target: chosen(values, target))
             for target in (35, 36, 37, 38)]
    print("| | kB | mean VMAF | lowest | CRFs |\n| --- | --- | --- | --- | --- |")
    for name, way in ways:
        rows = [(values, way(values)) for values in results.values()]
        vmaf = [at(values, crf, "vmaf") for values, crf in rows]
        size = sum(at(values, crf, "bytes") for values, crf in rows) / 1000
        crfs = [crf for _, crf in rows]
        print(f"| {name} | {size:.0f} | {statistics.mean(vmaf):.1f} | {min(vmaf):.1f} | {min(crfs)} to {max(crfs)} |")


def rank(rows, key):
    """Each row's place by a value."""
    order = sorted(range(len(rows)), key=lambda index: rows[index][key])
    return [order.index(index) for index in range(len(rows))]


def main():
    out = pathlib.Path(sys.argv[1])
    results = json.loads(out.read_text()) if out.exists() else {}
    for clip in sys.argv[2:]:
        name = pathlib.Path(clip).name
        if name not in results:
            with tempfile.TemporaryDirectory() as folder:
                results[name] = measure(clip, pathlib.Path(folder))
            out.write_text(json.dumps(results, indent=1))
    print("| clip | kB | XPSNR | VMAF | VMAF NEG |\n| --- | --- | --- | --- | --- |")
    for name, values in results.items():
        cells = [" / ".join(f"{row[key] / scale:.{digits}f}" for row in values.values())
                 for key, scale, digits in (("bytes", 1000, 0), ("xpsnr", 1, 1), ("vmaf", 1, 1), ("neg", 1, 1))]
        print(f"| {name} | {' | '.join(cells)} |")
    for key in "vmaf", "neg":
        between, within = correlations(results, key)
        print(f"XPSNR and {key}: {between:.2f} between clips, at least {within:.3f} within a clip")
    compare(results)


if __name__ == "__main__":
    main()
