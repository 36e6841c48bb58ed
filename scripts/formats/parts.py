"""Makes sources that take more than one ffmpeg command, and the parts of those that take one."""

import random

from tools import current_ffmpeg, ffmpeg, run

HDR10 = "hdr10=1:repeat-headers=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=900,300"


def video(size="320x180", rate=25, seconds=1):
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}")


def tone(frequency=440, seconds=1):
    return ("-f", "lavfi", "-i", f"sine=frequency={frequency}:duration={seconds}:sample_rate=48000")


VIDEO, TONE = video(), tone()


def h264(layout="yuv420p", bframes=0, preset="ultrafast"):
    return ("-c:v", "libx264", "-preset", preset, "-threads", "1", "-bf", str(bframes), "-pix_fmt", layout)


def hevc(layout, parameters=""):
    extra = f":{parameters}" if parameters else ""
    return ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", layout, "-x265-params", f"log-level=none{extra}")


def colour(primaries, transfer, matrix):
    """Of the frames: FFmpeg 9 ignores options of the encoder for these."""
    return ("-vf", f"setparams=range=tv:color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}")


PQ = colour("bt2020", "smpte2084", "bt2020nc")
HLG = colour("bt2020", "arib-std-b67", "bt2020nc")


# Display matrices, clockwise.
ROTATIONS = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def oriented(path, cells, *audio):
    """A display matrix of 1, 0 and -1."""
    ffmpeg(*video(), *tone(), *h264(), *(audio or ("-c:a", "aac")), path)
    write_matrix(path, cells)


def write_matrix(path, cells):
    """Writes a display matrix over the video track's own."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (cell * 0x10000 & 0xFFFFFFFF for cell in cells)
    for offset, value in ((0, a), (4, b), (12, c), (16, d)):
        data[start + offset:start + offset + 4] = value.to_bytes(4, "big")
    path.write_bytes(data)


def container_hdr(path):
    plain = path.with_name("plain.mkv")
    ffmpeg(*video(), *tone(), *h264("yuv420p10le"), *PQ, "-c:a", "aac", plain)
    run("mkvmerge", "-q", "-o", path, "--max-content-light", "0:900", "--max-frame-light", "0:300",
        "--chromaticity-coordinates", "0:0.68,0.32,0.265,0.69,0.15,0.06", "--white-colour-coordinates",
        "0:0.3127,0.329", "--max-luminance", "0:1000", "--min-luminance", "0:0.005", plain)


def captioned(path):
    """H.264 with a pair of caption bytes before each frame, which number the frames as they are coded."""
    raw, marked = path.with_name("plain.h264"), path.with_name("marked.h264")
    ffmpeg(*video(seconds=0.4), *h264(bframes=2), raw)
    out, number = b"", 0
    for unit in raw.read_bytes().replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]:
        if unit[0] & 31 in (1, 5):
            number += 1
            message = b"\xb5\0\x31GA94\3\xc1\xff\xfc" + bytes([0x80 + number, 0x20]) + b"\xff"
            out += b"\0\0\0\1" + bytes([6, 4, len(message)]) + message + b"\x80"
        out += b"\0\0\0\1" + unit
    marked.write_bytes(out)
    run("mkvmerge", "-q", "-o", path, "--default-duration", "0:25fps", marked)


def audio_codecs(path):
    codecs = ("aac", "ac3", "eac3", "libmp3lame", "mp2", "libopus", "libvorbis", "flac", "alac", "dca", "truehd",
              "pcm_s16le", "pcm_s24le", "pcm_f32le", "wavpack", "tta")
    arguments = list(video())
    for index in range(len(codecs)):
        arguments += tone(220 + 40 * index)
    arguments += ["-map", "0:v"]
    for index, codec in enumerate(codecs):
        arguments += ["-map", f"{index + 1}:a", f"-c:a:{index}", codec, f"-metadata:s:a:{index}",
                      f"title=Audio {index}"]
    arguments += ["-metadata:s:a:1", "language=deu", "-metadata:s:a:2", "language=fra", "-disposition:a:3", "comment"]
    ffmpeg(*arguments, *h264(), "-strict", "experimental", "-ac", "2", path)


SRT = "1\n00:00:00,100 --> 00:00:00,400\nHello\n\n2\n00:00:00,500 --> 00:00:00,900\nGrüße\n"
ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Letters,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.10,0:00:00.60,Default,,0,0,0,,{\\i1}Hello{\\i0}
"""


def presentation_graphics(path):
    """A Blu-ray subtitle (PGS): one small image, shown and removed."""
    def segment(kind, time, body):
        return b"PG" + time.to_bytes(4, "big") + b"\0\0\0\0" + bytes([kind]) + len(body).to_bytes(2, "big") + body

    def composition(number, objects):
        head = b"\x01\x40\x00\xb4\x10" + number.to_bytes(2, "big") + (b"\x80" if objects else b"\x00") + b"\0\0"
        return head + bytes([len(objects)]) + b"".join(objects)

    window = b"\x01\0\0\x10\0\x10\0\x08\0\x02"
    palette = b"\0\0" + b"\x01\xeb\x80\x80\xff"
    lines = b"".join(b"\x01" * 8 + b"\0\0" for _ in range(2))
    image = b"\0\0\0\xc0" + (len(lines) + 4).to_bytes(3, "big") + b"\0\x08\0\x02" + lines
    show, hide = 9000, 45000
    data = segment(0x16, show, composition(0, [b"\0\0\0\0\0\x10\0\x10"])) + segment(0x17, show, window)
    data += segment(0x14, show, palette) + segment(0x15, show, image) + segment(0x80, show, b"")
    data += segment(0x16, hide, composition(1, [])) + segment(0x17, hide, window) + segment(0x80, hide, b"")
    path.write_bytes(data)


def subtitles(path):
    folder = path.parent
    words, styled, graphics = folder / "words.srt", folder / "styled.ass", folder / "graphics.sup"
    discs, web, font, cover, marks = (
        folder / "disc.mkv", folder / "web.vtt", folder / "letters.ttf", folder / "cover.jpg", folder / "marks.txt")
    words.write_text(SRT)
    styled.write_text(ASS)
    presentation_graphics(graphics)
    ffmpeg("-fix_sub_duration", "-i", graphics, "-c:s", "dvdsub", "-s", "320x180", discs)
    ffmpeg("-i", words, web)
    font.write_bytes(bytes(range(256)) * 16)
    ffmpeg(*video("64x64"), "-frames:v", "1", cover)
    marks.write_text("CHAPTER01=00:00:00.000\nCHAPTER01NAME=Begin\nCHAPTER02=00:00:00.500\nCHAPTER02NAME=Énd\n")
    film = folder / "film.mkv"
    ffmpeg(*video(), *tone(), *h264(bframes=2), "-c:a", "libopus", film)
    run("mkvmerge", "-q", "-o", path, "--title", "A film", "--chapters", marks, film, "--language", "0:deu",
        "--forced-display-flag", "0:1", words, "--language", "0:jpn", "--track-name", "0:Songs", styled, graphics, discs,
        web, "--attachment-mime-type", "font/ttf", "--attach-file", font, "--attachment-name", "cover.jpg",
        "--attach-file", cover)


def rich_mp4(path):
    folder = path.parent
    words, marks, cover = folder / "words.srt", folder / "marks.txt", folder / "cover.jpg"
    words.write_text(SRT)
    marks.write_text(
        ";FFMETADATA1\ntitle=A film\nartist=An artist\ncomment=Made up\nmood=calm\ncreation_time=2020-02-03T04:05:06Z\n"
        "location=+48.2082+016.3738/\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=Begin\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=500\nEND=1000\ntitle=Énd\n")
    ffmpeg(*video("64x64"), "-frames:v", "1", cover)
    plain = folder / "plain.mp4"
    ffmpeg(*video(), *tone(), *tone(880), "-i", words, "-i", marks, "-i", cover, "-map", "0:v", "-map", "1:a", "-map",
           "2:a", "-map", "3:s", "-map", "5:v", "-map_metadata", "4", "-map_chapters", "4", *h264(bframes=2), "-c:v:1",
           "copy", "-disposition:v:1", "attached_pic", "-c:a", "aac", "-c:s", "mov_text", "-metadata:s:a:0",
           "language=deu", "-metadata:s:a:1", "language=fra", "-metadata:s:s:0", "language=swe", plain)
    plain.rename(path)


def phone(path):
    """Rotated, with location and maker in QuickTime's keys."""
    ffmpeg(*video(), *tone(), *h264(bframes=2), "-c:a", "aac", "-movflags", "use_metadata_tags", "-metadata",
           "com.apple.quicktime.make=Apple", "-metadata", "com.apple.quicktime.model=iPhone 15", "-metadata",
           "com.apple.quicktime.location.ISO6709=+48.2082+016.3738+171.000/", "-metadata",
           "com.apple.quicktime.creationdate=2024-05-06T07:08:09+0200", "-metadata",
           "creation_time=2024-05-06T05:08:09Z", path)
    write_matrix(path, ROTATIONS[90])


def camera(path):
    """Uncompressed audio and a timecode track."""
    ffmpeg(*video(), *tone(), *h264("yuv422p10le"), "-c:a", "pcm_s24be", "-timecode", "10:11:12:13", "-metadata",
           "creation_time=2024-05-06T05:08:09Z", path)


def broadcast(path):
    ffmpeg(*video(), *tone(), *tone(880), "-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "mpeg2video", "-q:v",
           "3", "-c:a:0", "mp2", "-c:a:1", "ac3", "-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=eng",
           "-disposition:a:1", "visual_impaired", path)


def joined(path, *pieces):
    """H.264 whose format changes where one piece ends and the next begins."""
    listing = path.with_name("list.txt")
    names = []
    for number, (size, layout, sar) in enumerate(pieces):
        name = path.with_name(f"piece{number}.ts")
        ffmpeg(*video(size, seconds=0.4), "-vf", f"setsar={sar}", *h264(layout), name)
        names.append(name)
    listing.write_text("".join(f"file '{name}'\n" for name in names))
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-c", "copy", path)


def box(kind, content):
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def clean_aperture(path):
    """A clean aperture in the sample description, as cameras of standard definition write it."""
    plain = path.with_name("plain.mov")
    ffmpeg(*video("720x576"), *tone(), "-vf", "setsar=16/15", *h264(), "-c:a", "aac", plain)
    numbers = (704, 1, 576, 1, 0, 1, 0, 1)
    added = box(b"clap", b"".join(n.to_bytes(4, "big") for n in numbers))

    def grown(data, kinds):
        out, place = b"", 0
        while place + 8 <= len(data):
            size = int.from_bytes(data[place:place + 4], "big")
            kind, content = data[place + 4:place + 8], data[place + 8:place + size]
            if kind != kinds[0] or kind == b"trak" and b"avc1" not in content:
                out += data[place:place + size]
            elif len(kinds) == 1:
                out += box(kind, content + added)
            else:
                head = 8 if kind == b"stsd" else 0
                out += box(kind, content[:head] + grown(content[head:], kinds[1:]))
            place += size
        return out

    path.write_bytes(grown(plain.read_bytes(), [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"]))


def cropped(path):
    plain = path.with_name("plain.mkv")
    ffmpeg(*video("640x480"), *tone(), *h264(), "-c:a", "aac", plain)
    run("mkvmerge", "-q", "-o", path, "--cropping", "0:0,60,0,60", "--display-dimensions", "0:640x360", plain)


def field_pairs(path):
    ffmpeg(*video("352x288", rate=50), *tone(), "-vf", "interlace=lowpass=off,separatefields", "-c:v", "libx265",
           "-preset", "ultrafast", "-x265-params", "log-level=none:interlace=tff", *("-c:a", "aac"), path)


def dolby_vision_5(path, clip):
    """A configuration record of Dolby Vision profile 5 over a real clip's RPUs."""
    plain = path.with_name("plain.mp4")
    ffmpeg("-i", clip, "-map", "0:v", "-c", "copy", "-frames:v", "48", "-strict", "unofficial", "-tag:v", "hvc1", plain)
    data = bytearray(plain.read_bytes())
    start = data.index(b"dvvC")
    data[start:start + 4] = b"dvcC"
    data[start + 6:start + 9] = bytes([5 << 1, 1 << 3 | 5, 0])
    path.write_bytes(data)


def amr(path, magic, mode, size):
    """AMR frames of one rate, filled with noise: Debian has no encoder for both kinds."""
    recording = path.with_name("speech.amr")
    generator = random.Random(5)
    frames = b"".join(bytes([mode << 3 | 4]) + generator.randbytes(size - 1) + b"\0" for _ in range(50))
    recording.write_bytes(magic + frames)
    ffmpeg(*video(), "-i", recording, *h264(), "-c:a", "copy", path)


def webvtt(path, tool):
    text, film = path.with_name("text.vtt"), path.with_name("film.mkv")
    text.write_text("WEBVTT\n\nname\n00:00:00.100 --> 00:00:00.400 line:10% align:start\n<v Bob>Hello &amp; <b>you</b></v>"
                    "\n\n00:00:00.500 --> 00:00:00.900\nsecond\nline\n")
    ffmpeg(*video(), *tone(), *h264(), "-c:a", "libopus", film)
    if tool == "mkvmerge":
        run("mkvmerge", "-q", "-o", path, film, "--language", "0:swe", text)
    else:
        current_ffmpeg("-i", film, "-i", text, "-map", "0", "-map", "1", "-c", "copy", "-metadata:s:s:0", "language=swe",
                       path)


def mp4_webvtt(path):
    """Subtitles that ffmpeg writes as mov_text, overwritten in place by WebVTT ones."""
    words, plain = path.with_name("words.srt"), path.with_name("plain.mp4")
    words.write_text("1\n00:00:00,000 --> 00:00:00,400\n" + "P" * 98 + "\n\n2\n00:00:00,400 --> 00:00:00,900\n"
                     + "Q" * 98 + "\n")
    ffmpeg(*video(), *tone(), "-i", words, *h264(), "-c:a", "aac", "-c:s", "mov_text", "-metadata:s:s:0",
           "language=swe", plain)
    data = plain.read_bytes()
    for letter, text in ((b"P", b"one"), (b"Q", b"two")):
        cue = box(b"vttc", box(b"sttg", b"line:10%") + box(b"payl", text))
        place = data.index(letter * 98)
        data = data[:place - 2] + cue + box(b"free", b" " * (92 - len(cue))) + data[place + 98:]
    path.write_bytes(data.replace(b"tx3g", b"wvtt"))


def empty_sample(path):
    """An empty sample, by which writers extend the frame before."""
    plain = path.with_name("plain.mov")
    ffmpeg(*video(), "-c:v", "mjpeg", plain)
    data = bytearray(plain.read_bytes())
    entry = data.index(b"stsz") + 16 + 4 * 12
    sizes = [int.from_bytes(data[entry + 4 * i:entry + 4 * i + 4], "big") for i in (0, 1)]
    data[entry:entry + 8] = bytes(4) + sum(sizes).to_bytes(4, "big")
    path.write_bytes(data)


def simultaneous(path):
    """Typesetting: many subtitle lines that begin at once."""
    styled, film = path.with_name("styled.ass"), path.with_name("film.mkv")
    head, _ = ASS.split("Dialogue:")
    styled.write_text(head + "".join(
        f"Dialogue: {layer},0:00:00.10,0:00:00.60,Default,,0,0,0,,line {layer}\n" for layer in range(9)))
    ffmpeg(*video(), *tone(), *h264(), "-c:a", "aac", film)
    run("mkvmerge", "-q", "-o", path, film, styled)


def discontinuity(path, before, after):
    """Two recordings one after the other, whose clocks differ."""
    pieces = []
    for clock in (before, after):
        piece = path.with_name(f"from{clock}.ts")
        ffmpeg(*video("96x64", seconds=5), *tone(seconds=5), "-c:v", "mpeg2video", "-q:v", "5", "-bf", "2", "-c:a",
               "mp2", "-output_ts_offset", str(clock), piece)
        pieces.append(piece.read_bytes())
    path.write_bytes(b"".join(pieces))


def live(path):
    """Fragments whose timestamps count from the start of the live stream."""
    plain = path.with_name("plain.mp4")
    ffmpeg(*video(), *tone(), *h264(), "-c:a", "aac", plain)
    ffmpeg("-copyts", "-i", plain, "-c", "copy", "-output_ts_offset", "3600", "-avoid_negative_ts", "disabled",
           "-use_editlist", "0", "-movflags", "empty_moov+frag_keyframe+default_base_moof+frag_discont", path)


def second_video(path):
    ffmpeg(*video(), *video("160x96"), *tone(), "-map", "0", "-map", "1", "-map", "2", *h264(bframes=3,
           preset="veryfast"), "-c:a", "aac", path)


def bluray(path):
    graphics = path.with_name("graphics.sup")
    presentation_graphics(graphics)
    ffmpeg(*video(), *tone(), "-i", graphics, "-map", "0", "-map", "1", "-map", "2", *h264(bframes=2), "-c:a", "ac3",
           "-c:s", "copy", "-mpegts_m2ts_mode", "1", path)


def silent(path):
    """A second audio stream that the program map lists, and that has no packets."""
    whole = path.with_name("whole.ts")
    ffmpeg(*video(), *tone(), *tone(880), "-map", "0", "-map", "1", "-map", "2", "-c:v", "mpeg2video", "-q:v", "3",
           "-c:a", "mp2", whole)
    data = whole.read_bytes()
    packets = [data[place:place + 188] for place in range(0, len(data), 188)]
    path.write_bytes(b"".join(p for p in packets if (p[1] & 31) << 8 | p[2] != 0x102))
