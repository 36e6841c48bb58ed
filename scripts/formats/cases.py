"""The catalogue of sources: for each name the file's suffix and a function that makes the file at a path."""

import shutil
import tempfile
from pathlib import Path

import parts
from parts import TONE, VIDEO, h264, hevc, tone, video
from tools import current_ffmpeg, ffmpeg, run

CASES = {}
CLIPS = Path(__file__).resolve().parents[3] / "shared" / "media"


def case(name, suffix):
    def keep(make):
        CASES[name] = (suffix, make)
        return make

    return keep


def make(name, path):
    """Makes a source; the files that it is made of don't stay."""
    suffix, recipe = CASES[name]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"source.{suffix}")
        recipe(source)
        shutil.move(source, path)


def simple(name, suffix, *arguments, tool=ffmpeg, inputs=(*VIDEO, *TONE)):
    """A source that one ffmpeg command makes from a test video and a tone."""
    CASES[name] = (suffix, lambda path: tool(*inputs, *arguments, path))


AAC = ("-c:a", "aac")
MP2 = ("-c:a", "mp2")
PCM = ("-c:a", "pcm_s16le")

# H.264 in its containers
for suffix in ("mp4", "mov", "m4v", "mkv", "flv", "ts", "m2ts", "avi", "3gp"):
    audio = ("-c:a", "libmp3lame") if suffix == "avi" else AAC
    simple(f"H.264 in {suffix}", suffix, *h264(), *(("-bf", "0") if suffix == "avi" else ()), *audio)
simple("H.264 without a container", "h264", *h264(), inputs=VIDEO)
simple("H.264 10-bit", "mp4", *h264("yuv420p10le"), *AAC)
simple("H.264 4:2:2 10-bit", "mov", *h264("yuv422p10le"), "-c:a", "pcm_s24le")
simple("H.264 4:4:4", "mp4", *h264("yuv444p"), *AAC)
simple("H.264 grey", "mp4", *h264("gray"), *AAC)
simple("H.264 RGB", "mkv", "-c:v", "libx264rgb", "-preset", "ultrafast", *AAC)
simple("H.264 full range", "mp4", *h264("yuvj420p"), *AAC)
simple("H.264 BT.709", "mp4", *h264(), *parts.colour("bt709", "bt709", "bt709"), *AAC)
simple("H.264 PAL colours", "mkv", *h264(), *parts.colour("bt470bg", "bt470bg", "bt470bg"), *AAC)
simple("H.264 Display P3", "mov", *h264("yuv420p10le"), *parts.colour("smpte432", "bt709", "bt709"), *AAC)
simple("H.264 anamorphic", "mp4", "-vf", "setsar=16/15", *h264(), *AAC, inputs=(*video("360x288"), *TONE))
simple("H.264 of odd size", "mp4", "-vf", "format=yuv444p,scale=321:181", *h264("yuv444p"), *AAC)
simple("H.264 1080p, coded 1088 lines", "mp4", *h264(), inputs=video("1920x1080", seconds=0.2))
simple("H.264 interlaced", "mkv", "-vf", "interlace", *h264(), "-x264-params", "tff=1", *AAC,
       inputs=(*video("352x288", rate=50), *TONE))
for degrees in (90, 180, 270):
    CASES[f"H.264 rotated by {degrees}°"] = (
        "mov", lambda path, degrees=degrees: parts.oriented(path, parts.ROTATIONS[degrees])
    )
CASES["H.264 mirrored"] = ("mp4", lambda path: parts.oriented(path, (-1, 0, 0, 1)))
CASES["H.264 mirrored and rotated"] = ("mp4", lambda path: parts.oriented(path, (0, 1, 1, 0)))
CASES["H.264 rotated, in need of Matroska"] = (
    "mov", lambda path: parts.oriented(path, parts.ROTATIONS[90], "-c:a", "pcm_s16le")
)
CASES["clean aperture"] = ("mov", parts.clean_aperture)
CASES["cropping in mkv"] = ("mkv", parts.cropped)

# Timestamps
VFR = ("-vf", "select='lt(mod(n,7),3)'", "-fps_mode", "vfr")
simple("VFR in mp4", "mp4", *VFR, *h264(bframes=2), *AAC)
simple("VFR in mkv", "mkv", *VFR, *h264(bframes=2), *AAC)
simple("VFR in webm", "webm", *VFR, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
simple("VFR in avi", "avi", "-vf", "select='not(eq(mod(n,5),2))'", "-fps_mode", "vfr", "-c:v", "mjpeg", "-q:v", "3", *PCM)
CASES["an empty sample"] = ("mov", parts.empty_sample)
simple("time base of a microsecond", "mp4", "-vf", "setpts=PTS+random(0)*0.01/TB", "-fps_mode", "vfr", "-enc_time_base",
       "1:1000000", "-video_track_timescale", "1000000", *h264(bframes=2), *AAC)
simple("B pyramid", "mp4", *h264(bframes=4, preset="veryfast"), "-x264-params", "b-pyramid=normal", *AAC)
simple("negative composition offsets", "mp4", *h264(bframes=3), *AAC, "-movflags", "negative_cts_offsets")
simple("fragmented mp4", "mp4", *h264(bframes=2), *AAC, "-movflags", "frag_keyframe+empty_moov")
simple("audio that starts late", "mp4", *h264(bframes=2), *AAC,
       inputs=(*VIDEO, "-itsoffset", "0.35", *TONE))
simple("video that starts late", "mp4", "-map", "1:v", "-map", "0:a", *h264(bframes=2), *AAC,
       inputs=(*TONE, "-itsoffset", "0.3", *VIDEO))
simple("long last frame", "mp4", "-vf", "setpts='if(gt(N,22),PTS+0.4/TB*(N-22),PTS)'", "-fps_mode", "vfr",
       *h264(), *AAC)
simple("transport stream whose timestamps wrap", "ts", *h264(bframes=2), *AAC, "-output_ts_offset", "95442.8",
       "-muxdelay", "0")
simple("transport stream with large timestamps", "ts", *h264(bframes=2), *AAC, "-output_ts_offset", "50000")
simple("program stream with large timestamps", "mpg", "-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-c:a", "ac3",
       "-output_ts_offset", "50000")
CASES["timestamp discontinuity"] = ("ts", lambda path: parts.discontinuity(path, 5000, 100))
CASES["live stream's fragments"] = ("mp4", parts.live)
CASES["a second video"] = ("mkv", parts.second_video)
simple("24000/1001 frames per second", "mp4", *h264(bframes=2), *AAC, inputs=(*video(rate="24000/1001"), *TONE))
simple("packed B-frames in avi", "avi", "-c:v", "mpeg4", "-bf", "2", "-q:v", "3", "-c:a", "libmp3lame")


@case("edit list that cuts", "mp4")
def _(path):
    whole = path.with_name("whole.mp4")
    ffmpeg(*video(seconds=2), *tone(seconds=2), *h264(bframes=2), "-g", "25", *AAC, whole)
    ffmpeg("-ss", "0.7", "-i", whole, "-c", "copy", path)


# HEVC and HDR
simple("HEVC", "mp4", *hevc("yuv420p"), *AAC)
simple("HEVC 10-bit", "mkv", *hevc("yuv420p10le"), "-c:a", "libopus")
simple("HEVC 12-bit", "mkv", *hevc("yuv420p12le"), *AAC)
simple("HEVC 4:2:2 10-bit", "mov", *hevc("yuv422p10le"), *AAC)
simple("HEVC in ts", "ts", *hevc("yuv420p"), *AAC)
simple("HDR10", "mp4", *hevc("yuv420p10le", parts.HDR10), *parts.PQ, *AAC)
simple("HDR10 in mkv", "mkv", *hevc("yuv420p10le", parts.HDR10), *parts.PQ, "-c:a", "eac3")
simple("HLG", "mov", *hevc("yuv420p10le"), *parts.HLG, *AAC)
CASES["HDR10 in the container only"] = ("mkv", parts.container_hdr)
for clip, name in (("hdr10plus", "HDR10+"), ("dolby-vision-8.1", "Dolby Vision 8.1")):
    if (CLIPS / f"{clip}.mkv").exists():
        CASES[name] = ("mkv", lambda path, clip=clip: ffmpeg(
            "-i", CLIPS / f"{clip}.mkv", "-map", "0:v", "-c", "copy", "-frames:v", "48", path))
if (CLIPS / "dolby-vision-8.1.mkv").exists():
    CASES["Dolby Vision 5"] = ("mp4", lambda path: parts.dolby_vision_5(path, CLIPS / "dolby-vision-8.1.mkv"))
CASES["HEVC coded as fields"] = ("ts", parts.field_pairs)
CASES["captions in the bitstream"] = ("mkv", parts.captioned)

# Other codecs
simple("MPEG-2 in ts", "ts", "-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", *MP2)
simple("MPEG-2 in mpg", "mpg", "-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", *MP2)
simple("MPEG-2 interlaced in mpg", "mpg", "-vf", "interlace", "-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-q:v",
       "3", "-c:a", "ac3", inputs=(*video("352x288", rate=50), *TONE))
simple("MPEG-2 4:2:2 in mxf", "mxf", "-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-b:v", "8M", "-qmax", "28", "-ar",
       "48000", *PCM, inputs=(*video("720x576"), *TONE))
simple("MPEG-1 in mpg", "mpg", "-c:v", "mpeg1video", "-q:v", "3", *MP2)
simple("MPEG-4 ASP in avi", "avi", "-c:v", "mpeg4", "-vtag", "XVID", "-q:v", "3", "-c:a", "libmp3lame")
simple("MPEG-4 in mp4", "mp4", "-c:v", "mpeg4", "-q:v", "3", *AAC)
simple("H.263 in 3gp", "3gp", "-c:v", "h263", "-q:v", "3", *AAC, inputs=(*video("352x288"), *TONE))
simple("ProRes 422", "mov", "-c:v", "prores_ks", "-profile:v", "1", *PCM)
simple("ProRes 4444", "mov", "-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuv444p10le", "-c:a", "pcm_s24le")
simple("ProRes interlaced", "mov", "-vf", "interlace", "-c:v", "prores_ks", "-profile:v", "0", "-flags", "+ilme+ildct",
       *PCM, inputs=(*video("720x576", rate=50), *TONE))
simple("DNxHD in mov", "mov", "-c:v", "dnxhd", "-b:v", "36M", "-pix_fmt", "yuv422p", *PCM,
       inputs=(*video("1920x1080", seconds=0.2), *TONE))
simple("DNxHR in mxf", "mxf", "-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p", "-ar", "48000", *PCM,
       inputs=(*video("640x360", seconds=0.4), *TONE))
simple("MJPEG in avi", "avi", "-c:v", "mjpeg", "-q:v", "3", *PCM)
simple("MJPEG in mov", "mov", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16be")
simple("VP8", "webm", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis")
simple("VP9", "webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
simple("VP9 10-bit", "webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt",
       "yuv420p10le", *parts.PQ, "-c:a", "libopus", tool=current_ffmpeg)
simple("AV1 in mp4", "mp4", "-c:v", "libsvtav1", "-preset", "12", *AAC, tool=current_ffmpeg)
simple("AV1 10-bit HDR10", "mkv", "-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p10le", "-svtav1-params",
       "mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.005):content-light=900,300",
       *parts.PQ, "-c:a", "libopus", tool=current_ffmpeg)
simple("WMV", "wmv", "-c:v", "wmv2", "-q:v", "3", "-c:a", "wmav2")
simple("DV", "dv", "-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-ar", "48000", "-ac", "2",
       inputs=(*video("720x576"), *TONE))
simple("DV in avi", "avi", "-c:v", "dvvideo", "-pix_fmt", "yuv420p", *PCM, inputs=(*video("720x576"), *TONE))
simple("Theora", "ogv", "-c:v", "libtheora", "-q:v", "6", "-c:a", "libvorbis")
simple("Sorenson in flv", "flv", "-c:v", "flv", "-q:v", "3", "-c:a", "libmp3lame")
simple("FFV1", "mkv", "-c:v", "ffv1", "-pix_fmt", "yuv422p10le", "-c:a", "flac")
simple("HuffYUV RGB", "avi", "-c:v", "huffyuv", "-pix_fmt", "rgb24", *PCM)
simple("Ut Video", "avi", "-c:v", "utvideo", "-pix_fmt", "yuv422p", *PCM)
simple("QuickTime animation", "mov", "-c:v", "qtrle", "-pix_fmt", "rgb24", "-c:a", "pcm_s16be")
simple("QuickTime animation of 256 colours", "mov", "-c:v", "qtrle", "-pix_fmt", "gray", "-c:a", "pcm_s16be")
simple("raw v210", "mov", "-c:v", "v210", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le")
simple("Cinepak", "avi", "-c:v", "cinepak", *PCM, inputs=(*video("160x96", seconds=0.2), *TONE))

# Streams and tags
CASES["all kinds of audio"] = ("mkv", parts.audio_codecs)
CASES["all kinds of subtitles, fonts and a cover"] = ("mkv", parts.subtitles)
CASES["WebVTT of mkvmerge"] = ("mkv", lambda path: parts.webvtt(path, "mkvmerge"))
CASES["WebVTT of ffmpeg"] = ("mkv", lambda path: parts.webvtt(path, "ffmpeg"))
CASES["WebVTT in mp4"] = ("mp4", parts.mp4_webvtt)
CASES["subtitles that begin together"] = ("mkv", parts.simultaneous)
CASES["subtitles of a Blu-ray in m2ts"] = ("m2ts", parts.bluray)
CASES["an audio stream without packets"] = ("ts", parts.silent)
simple("LPCM of a Blu-ray", "m2ts", *h264(bframes=2), "-c:a", "pcm_bluray", "-ac", "6", "-ar", "48000",
       "-mpegts_m2ts_mode", "1", tool=current_ffmpeg)
simple("LPCM of a DVD", "vob", "-c:v", "mpeg2video", "-q:v", "3", "-c:a", "pcm_dvd", "-ac", "2", "-ar",
       "48000", tool=current_ffmpeg)
CASES["AMR narrow-band"] = ("3gp", lambda path: parts.amr(path, b"#!AMR\n", 7, 31))
CASES["AMR wide-band"] = ("3gp", lambda path: parts.amr(path, b"#!AMR-WB\n", 2, 32))
CASES["subtitles, chapters, a cover and free tags in mp4"] = ("mp4", parts.rich_mp4)
CASES["a phone's recording"] = ("mov", parts.phone)
CASES["a camera's recording"] = ("mov", parts.camera)
CASES["two languages and dispositions in ts"] = ("ts", parts.broadcast)

# Formats that change within a source
CASES["resolution that changes"] = ("mkv", lambda path: parts.joined(path, ("320x180", "yuv420p", "1"), ("640x480", "yuv420p", "1")))
CASES["pixel format that changes"] = ("mkv", lambda path: parts.joined(path, ("320x180", "yuv420p", "1"), ("320x180", "yuv422p", "1")))
CASES["sample aspect ratio that changes"] = ("ts", lambda path: parts.joined(path, ("320x240", "yuv420p", "1"), ("320x240", "yuv420p", "4/3")))
