import CFFmpeg

/// The libraries that this program runs with.
public enum Libraries {
    /// FFmpeg's own version, such as `7.1.2`.
    public static var ffmpegVersion: String { String(cString: av_version_info()) }
}

/// The bound on what libav* may allocate in one piece, in the whole process.
///
/// A few bytes of a header can ask for an index of 10⁹ entries or a picture of 65535×65535. What is over the bound fails
/// as if there were no memory.
///
/// Source: FFmpeg, "libavutil/mem.h", av_max_alloc.
enum LibraryMemory {
    static func bound(_ bytes: Int) { av_max_alloc(bytes) }
}
