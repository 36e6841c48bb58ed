import CFFmpeg
import Findings

/// The gate that every return code of libav* passes.
///
/// - Returns: `code`, where it is no error.
/// - Throws: `ReportedError` with the library's words for it.
@discardableResult
func check(
    _ code: Int32, _ operation: String, _ stage: ReportedError.Stage, _ kind: ReportedError.Code = .library
) throws -> Int32 {
    guard code < 0 else { return code }
    let detail = FFmpegLog.takeLastError()
    let words = detail.isEmpty ? describe(code) : "\(describe(code)) (\(detail))"
    let isTheSources = [.damagedSource, .truncatedSource, .unreadableSource].contains(kind)
    throw ReportedError(
        code == reelpress_averror(ENOMEM) ? .library : kind, stage, "\(operation): \(words)",
        advice: isTheSources ? "check that it plays, then upload it again" : "")
}

/// The library's words for an error code. Source: FFmpeg, "libavutil/error.h", av_strerror.
func describe(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) { buffer in
        guard let start = buffer.baseAddress else { return "error \(code)" }
        av_strerror(code, start, buffer.count)
        return String(cString: start)
    }
}

/// The value, or an error where the library had no memory for it.
func allocated<Pointer>(_ pointer: Pointer?, _ what: String, _ stage: ReportedError.Stage) throws -> Pointer {
    guard let pointer else { throw ReportedError(.library, stage, "no memory for \(what)") }
    return pointer
}
