internal import CFFmpeg

/// The libraries that this program runs with.
public enum Libraries {
    /// FFmpeg's own version, such as `7.1.2`.
    public static var ffmpegVersion: String { String(cString: av_version_info()) }
}
