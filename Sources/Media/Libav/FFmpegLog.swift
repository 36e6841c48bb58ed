import CFFmpeg
import CX265
import Findings

/// The log of libav*: silent unless debugging, but the last error line of each thread is kept.
public enum FFmpegLog {
    /// Redirects the log to this program.
    ///
    /// - Parameter toStandardError: also prints everything, for debugging.
    ///
    /// Source: FFmpeg, "libavutil/log.h", av_log_set_callback.
    public static func start(toStandardError: Bool) {
        redirect()
        reelpress_log_start(toStandardError ? 1 : 0)
    }

    /// Redirects the log without printing it, unless it is redirected already: damaged frames are counted from it.
    static func redirect() { _ = isRedirected }

    private static let isRedirected: Bool = {
        reelpress_log_start(0)
        return true
    }()

    /// Returns and clears the last line of level error that this thread's calls logged, without its line end; empty if
    /// there is none.
    static func takeLastError() -> String {
        let line = String(cString: reelpress_log_last())
        reelpress_log_forget()
        var text = Substring(line)
        while let last = text.last, last.isWhitespace || last == "." { text.removeLast() }
        return text.replacing("\n", with: " ")
    }
}

extension String.SubSequence {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}

/// Checks the return code of a libav* call.
///
/// - Returns: `code`, if it is no error.
/// - Throws: `ReportedError` of code `kind` with the library's description of the error.
@discardableResult
func check(
    _ code: Int32, _ operation: String, _ stage: ReportedError.Stage, _ kind: ReportedError.Code = .library
) throws -> Int32 {
    guard code < 0 else { return code }
    let detail = FFmpegLog.takeLastError()
    let description = detail.isEmpty ? describe(code) : "\(describe(code)) (\(detail))"
    let isSourceError = [.damagedSource, .truncatedSource, .unreadableSource].contains(kind)
    throw ReportedError(
        code == reelpress_averror(ENOMEM) ? .library : kind, stage, "\(operation): \(description)",
        advice: isSourceError ? "check that it plays, then upload it again" : "")
}

/// The library's description of an error code. Source: FFmpeg, "libavutil/error.h", av_strerror.
func describe(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) { buffer in
        guard let start = buffer.baseAddress else { return "error \(code)" }
        av_strerror(code, start, buffer.count)
        return String(cString: start)
    }
}

/// Checks the result of a libav* allocation.
///
/// - Throws: `ReportedError` if it failed.
func allocated<Pointer>(_ pointer: Pointer?, _ what: String, _ stage: ReportedError.Stage) throws -> Pointer {
    guard let pointer else { throw ReportedError(.library, stage, "no memory for \(what)") }
    return pointer
}

/// The libav* libraries that this program is linked with.
public enum Libraries {
    /// FFmpeg's own version, such as `7.1.2`.
    public static var ffmpegVersion: String { String(cString: av_version_info()) }

    /// x265's version and build: both decide the bytes that it writes.
    public static var x265Version: String {
        guard let api = reelpress_x265_api_get(8) else { return "" }
        return "\(String(cString: api.pointee.version_str)) \(String(cString: api.pointee.build_info_str))"
    }
}

/// The limit on a single allocation of libav*, in the whole process.
///
/// A few bytes of a header can request an index of 10⁹ entries or a frame of 65535×65535. An allocation over the limit
/// fails as if memory had run out.
///
/// Source: FFmpeg, "libavutil/mem.h", av_max_alloc.
enum LibraryMemory {
    static func limit(_ bytes: Int) { av_max_alloc(bytes) }
}
