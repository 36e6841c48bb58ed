import TestSupport

/// The valid files that the fuzz suite mutates: every supported container and kind of codec, some frames each.
enum FuzzSources {
    /// Lays them into a folder.
    static func make(in folder: String) throws {
        for (name, options) in all {
            let video = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25:duration=0.48"]
            let audio = ["-f", "lavfi", "-i", "sine=frequency=440:duration=0.48"]
            _ = try FFmpeg.make("\(folder)/\(name)", video + audio + ["-threads", "1"] + options)
        }
    }

    private static let h264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    private static let h265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]
    private static let fields = [
        "-vf", "separatefields", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
        "log-level=none:interlace=tff",
    ]
    private static let vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"]
    private static let av1 = ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime"]
    private static let dv = ["-s", "720x576", "-frames:v", "2", "-c:v", "dvvideo", "-pix_fmt", "yuv420p"]
    private static let aac = ["-c:a", "aac"]
    private static let pcm = ["-c:a", "pcm_s16le", "-ar", "48000"]

    private static let all: [(name: String, options: [String])] = [
        ("h264.mp4", h264 + aac), ("front.mp4", h264 + aac + ["-movflags", "faststart"]),
        ("fragments.mp4", h264 + aac + ["-movflags", "frag_keyframe+empty_moov"]),
        ("hevc.mp4", h265 + ["-tag:v", "hvc1"] + aac), ("prores.mov", ["-c:v", "prores_ks"] + pcm),
        ("mpeg4.m4v", ["-c:v", "mpeg4", "-f", "mp4"] + aac), ("h264.mkv", h264 + ["-c:a", "libopus"]),
        ("ffv1.mkv", ["-c:v", "ffv1", "-c:a", "flac"]),
        ("vp9.webm", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]),
        ("vp8.webm", vp8 + ["-c:a", "libvorbis"]), ("av1.mkv", av1 + ["-c:a", "libopus"]),
        ("asp.avi", ["-c:v", "mpeg4", "-bf", "2", "-c:a", "libmp3lame"]), ("mjpeg.avi", ["-c:v", "mjpeg"] + pcm),
        ("raw.avi", ["-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-frames:v", "4"]), ("h264.ts", h264 + aac),
        ("mpeg2.ts", ["-c:v", "mpeg2video", "-bf", "2", "-c:a", "mp2"]),
        ("fields.ts", fields + aac), ("hevc.m2ts", h265 + ["-c:a", "ac3", "-mpegts_m2ts_mode", "1"]),
        ("mpeg2.mpg", ["-c:v", "mpeg2video", "-bf", "2", "-c:a", "mp2", "-f", "vob"]), ("h264.flv", h264 + aac),
        ("flv1.flv", ["-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"]),
        ("wmv2.wmv", ["-c:v", "wmv2", "-c:a", "wmav2"]),
        ("theora.ogv", ["-c:v", "libtheora", "-c:a", "libvorbis"]), ("mpeg2.mxf", ["-c:v", "mpeg2video"] + pcm),
        ("dnxhr.mxf", ["-s", "256x128", "-frames:v", "4", "-c:v", "dnxhd", "-profile:v", "dnxhr_sq"] + pcm),
        ("h263.3gp", ["-s", "176x144", "-c:v", "h263"] + aac), ("dv.dv", dv + ["-an"]), ("dv.avi", dv + pcm),
        ("h264.nut", h264 + aac), ("rv10.rm", ["-c:v", "rv10", "-s", "176x144", "-c:a", "ac3"]),
        ("vp8.ivf", vp8 + ["-an"]), ("raw.h264", h264 + ["-an"]), ("raw.hevc", h265 + ["-an"]),
        ("raw.m4v", ["-c:v", "mpeg4", "-an", "-f", "m4v"]), ("raw.m1v", ["-c:v", "mpeg1video", "-an"]),
        ("raw.obu", av1 + ["-an", "-f", "obu"]), ("raw.y4m", ["-pix_fmt", "yuv420p", "-an", "-frames:v", "4"]),
        ("mpeg2.gxf", ["-s", "720x576", "-frames:v", "4", "-c:v", "mpeg2video", "-ac", "1"] + pcm),
        ("mpeg2.wtv", ["-c:v", "mpeg2video", "-c:a", "mp2"]), ("mpeg4.mov", ["-c:v", "mpeg4", "-an"]),
        ("qtrle.mov", ["-c:v", "qtrle", "-an", "-frames:v", "4"]),
    ]
}
