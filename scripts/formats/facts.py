"""The properties of a file, as names and values that can be compared with another file's.

The tests have a judge of their own (Tests/EndToEnd/Support/Judges): it asks for one property at a time, with a tolerance
that the test names, where this works out all of them for tolerances that fit any container.
"""

import hashlib
import re
from fractions import Fraction

from tools import ffprobe, mediainfo, run

# Tags that an encode must not keep: they describe the file, its muxer or the bytes that were encoded.
WRITERS = {
    "encoder", "encoding_tool", "major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id",
    "duration", "bps", "number_of_frames", "number_of_bytes", "writing_application", "muxing_application",
}
COLOURS = {
    "color_range": "range", "color_space": "matrix", "color_transfer": "transfer", "color_primaries": "primaries",
    "chroma_location": "chroma position",
}
DYNAMIC = {
    "HDR Dynamic Metadata": "HDR10+", "Dolby Vision RPU": "Dolby Vision RPUs", "Closed Captions": "captions",
}


def of(path):
    """The properties of a file: strings, numbers, lists of numbers where a tolerance applies, or sets of which one member
    must match."""
    answer = ffprobe(path, "-show_streams", "-show_chapters", "-show_format")
    streams = answer["streams"]
    main = next(s for s in streams if s["codec_type"] == "video" and not flag(s, "attached_pic"))
    facts = {}
    frames_of(path, main, answer["format"]["format_name"], facts)
    look(main, facts)
    sizes(path, main, facts)
    others(path, streams, main, facts)
    for name, value in (answer["format"].get("tags") or {}).items():
        if name.lower() not in WRITERS and not name.startswith("_"):
            facts[f"tag {name.lower()}"] = value
    chapters = answer["chapters"]
    if chapters:
        facts["chapters"] = " ".join(
            f"{float(c['start_time']):.2f}-{float(c['end_time']):.2f}:{(c.get('tags') or {}).get('title', '')}"
            for c in chapters)
    return facts


def flag(stream, name):
    return (stream.get("disposition") or {}).get(name) == 1


def frames_of(path, main, container, facts):
    frames = ffprobe(
        path, "-select_streams", "V:0", "-show_frames", "-show_entries",
        "frame=best_effort_timestamp_time,width,height,interlaced_frame:frame_side_data_list").get("frames", [])
    # ffprobe reports each field of HEVC as a frame.
    if main["codec_name"] == "hevc" and frames and all(f["interlaced_frame"] for f in frames):
        frames = frames[::2]
        main["height"] *= 2
    times = [float(f["best_effort_timestamp_time"]) for f in frames if "best_effort_timestamp_time" in f]
    facts["frames"] = len(frames)
    start = main["first frame"] = times[0] if times else 0
    if len(times) < len(frames):
        # Without all timestamps only the count can be compared.
        return side_data(main, frames, facts)
    facts["timestamps"] = [t - start for t in times]
    # The end is that of the last frame's duration.
    packets = ffprobe(path, "-select_streams", "V:0", "-show_entries", "packet=pts_time,duration_time")["packets"]
    ends = [float(p["pts_time"]) + float(p["duration_time"]) for p in packets if {"pts_time", "duration_time"} <= p.keys()]
    if ends and times:
        end = max(ends)
        if "mp4" in container and "duration" in main:
            # Durations in decoding order: those of reordered frames belong to others. The stream's is right.
            limit = float(main.get("start_time", 0)) + float(main["duration"])
            end = min(end, limit) if limit > max(times) else end
        facts["end"] = [end - start]
    audio = ffprobe(path, "-select_streams", "a:0", "-read_intervals", "%+#4", "-show_entries", "packet=pts_time")
    first = [p["pts_time"] for p in audio.get("packets", []) if "pts_time" in p]
    if first and times:
        facts["audio offset"] = [float(first[0]) - start]
    side_data(main, frames, facts)


def side_data(main, frames, facts):
    for kind, name in DYNAMIC.items():
        count = sum(any(kind in d["side_data_type"] for d in f.get("side_data_list", [])) for f in frames)
        if count:
            facts[name] = count
    side = main.get("side_data_list", []) + (frames[0].get("side_data_list", []) if frames else [])
    for data in side:
        if data["side_data_type"] == "Mastering display metadata":
            facts["mastering display"] = [float(Fraction(v)) for k, v in sorted(data.items()) if k != "side_data_type"]
        if data["side_data_type"] == "Content light level metadata":
            facts["light level"] = f"{data['max_content']} {data['max_average']}"
        if data["side_data_type"] == "DOVI configuration record":
            facts["Dolby Vision"] = f"{data['dv_profile']}.{data['dv_bl_signal_compatibility_id']}"
        if data["side_data_type"] in ("Stereo 3D", "Spherical Mapping"):
            facts[data["side_data_type"]] = " ".join(f"{v}" for k, v in sorted(data.items()) if k != "side_data_type")


def look(main, facts):
    # RGB has no matrix and one range.
    is_rgb = main.get("pix_fmt", "").startswith(("gbr", "rgb", "bgr"))
    for key, name in [] if is_rgb else COLOURS.items():
        value = main.get(key, "unknown")
        if value not in ("unknown", "unspecified", "reserved", "gbr"):
            facts[name] = value
    depth = re.search(r"p?(9|10|12|14|16)(le|be)?$", main.get("pix_fmt", ""))
    facts["deeper than 8 bits"] = "yes" if depth or "v210" in main["codec_name"] else "no"


def sizes(path, main, facts):
    """Resolution and aspect ratio as a player shows them: rotated, with odd sizes made even."""
    sample = Fraction(main.get("sample_aspect_ratio", "1:1").replace(":", "/")) if ":" in main.get(
        "sample_aspect_ratio", "") and not main["sample_aspect_ratio"].startswith("0") else Fraction(1)
    width, height = main["width"], main["height"]
    rotation, mirrored = 0, False
    for data in main.get("side_data_list", []):
        if data["side_data_type"] == "Display Matrix":
            cells = [int(c) for line in data["displaymatrix"].split("\n") if ":" in line
                     for c in line.split(":")[1].split()]
            mirrored = cells[0] * cells[4] - cells[1] * cells[3] < 0
            rotation = abs(int(float(data.get("rotation", 0)))) % 180
    ratio = sample * width / height
    track = next(t for t in mediainfo(path) if t["@type"] == "Video")
    if cleaned := {"Width_CleanAperture", "Height_CleanAperture", "Width_Offset", "Height_Offset"} & track.keys():
        # Players crop to the clean aperture or Matroska's cropping.
        kept = "CleanAperture" in next(iter(cleaned))
        width = int(track.get("Width_CleanAperture", width) if kept else track["Width"])
        height = int(track.get("Height_CleanAperture", height) if kept else track["Height"])
        ratio = Fraction(track["PixelAspectRatio"]) * width / height if kept else Fraction(track["DisplayAspectRatio"])
    if rotation == 90:
        width, height, ratio = height, width, 1 / ratio
    facts["resolution"] = [float(width + width % 2), float(height + height % 2)]
    facts["aspect ratio"] = [float(ratio)]
    # Orientation is compared by the brightness of the frame's quarters, as shown: metadata alone proves nothing.
    if mirrored or rotation or any(d["side_data_type"] == "Display Matrix" for d in main.get("side_data_list", [])):
        facts["orientation"] = quarters(path, cells_of(main))
    else:
        facts["orientation"] = quarters(path, None)


def cells_of(main):
    for data in main.get("side_data_list", []):
        if data["side_data_type"] == "Display Matrix":
            return [int(c) for line in data["displaymatrix"].split("\n") if ":" in line
                    for c in line.split(":")[1].split()]
    return None


def quarters(path, matrix):
    """Mean brightness of the first frame's quarters, after its display matrix is applied."""
    raw = run_bytes(path)
    if len(raw) < 4:
        return [0.0] * 4
    grid = [[raw[0], raw[1]], [raw[2], raw[3]]]
    if matrix:
        a, b, c, d = (sign(matrix[i]) for i in (0, 1, 3, 4))
        shown = [[0, 0], [0, 0]]
        for y in (0, 1):
            for x in (0, 1):
                # Centres are at ±1; the matrix maps rows of (x, y) to columns.
                u, v = (2 * x - 1) * a + (2 * y - 1) * c, (2 * x - 1) * b + (2 * y - 1) * d
                shown[(v + 1) // 2][(u + 1) // 2] = grid[y][x]
        grid = shown
    return [float(grid[0][0]), float(grid[0][1]), float(grid[1][0]), float(grid[1][1])]


def sign(value):
    return (value > 0) - (value < 0)


def run_bytes(path):
    import subprocess

    return subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-noautorotate", "-i", str(path), "-map", "0:V:0", "-frames:v", "1",
         "-vf", "scale=2:2:flags=area,format=gray", "-f", "rawvideo", "-"], capture_output=True).stdout


def others(path, streams, main, facts):
    counts = {}
    for stream in streams:
        if stream is main:
            name = "video"
        else:
            kind = stream["codec_type"]
            known = stream.get("codec_name", "unknown") != "unknown"
            if stream.get("codec_tag_string") == "wvtt":
                kind = "subtitle"
            if flag(stream, "attached_pic") or kind == "attachment" and str(stream.get("codec_name")) in (
                    "mjpeg", "png", "bmp"):
                kind = "cover"
            counts[kind] = counts.get(kind, 0) + 1
            name = f"{kind} {counts[kind]}"
            facts[name] = stream["codec_name"] if known else stream.get("codec_tag_string", "")
            if kind == "subtitle" and not known:
                texts = [t for t in mediainfo(path) if t["@type"] == "Text"]
                form = texts[counts[kind] - 1]["Format"].lower()
                facts[name] = "webvtt" if "vtt" in form else form
            if kind == "audio":
                facts[f"{name} bytes"] = samples(path, stream)
                if end := last_time(path, stream, main["first frame"]):
                    facts[f"{name} last packet"] = end
            if kind == "subtitle":
                facts[f"{name} timestamps"] = subtitle_times(path, stream, main["first frame"])
        tags = {k.lower(): v for k, v in (stream.get("tags") or {}).items()}
        for tag in ("language", "title", "filename", "mimetype", "timecode"):
            if tag in tags and tags[tag] not in ("und",):
                facts[f"{name} {tag}"] = tags[tag]
        if name.split()[0] in ("audio", "subtitle"):
            flags = [k for k, v in (stream.get("disposition") or {}).items() if v == 1 and k != "default"]
            if flags:
                facts[f"{name} dispositions"] = "+".join(sorted(flags))


def samples(path, stream):
    """Hashes of the coded packets and of the decoded samples: one of them must match, as containers packetize some codecs
    differently."""
    packets = ffprobe(path, "-select_streams", str(stream["index"]), "-show_data_hash", "md5", "-show_entries",
                      "packet=data_hash")["packets"]
    coded = hashlib.md5(" ".join(p["data_hash"] for p in packets).encode()).hexdigest()
    text = run(
        "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", f"0:{stream['index']}", "-f", "hash", "-hash", "md5",
        "-", check=False)
    return {coded, text.strip() or "undecodable"}


def last_time(path, stream, start):
    """The timestamp of the last packet that isn't discarded."""
    packets = ffprobe(path, "-select_streams", str(stream["index"]), "-show_entries", "packet=pts_time,flags,size")
    kept = [float(p["pts_time"]) - start for p in packets.get("packets", [])
             if "pts_time" in p and "D" not in p.get("flags", "") and int(p["size"]) > 0]
    return [max(kept)] if kept else None


def subtitle_times(path, stream, start):
    packets = ffprobe(path, "-select_streams", str(stream["index"]), "-show_entries", "packet=pts_time,size")
    shown = [p for p in packets.get("packets", []) if int(p.get("size", 0)) > 2 and "pts_time" in p]
    times = [float(p["pts_time"]) - start for p in shown]
    # A transport stream has a PGS subtitle in several packets of the same timestamp.
    if stream.get("codec_name") != "hdmv_pgs_subtitle":
        return times
    return [t for t, before in zip(times, [-1.0, *times]) if t - before > 0.002]
