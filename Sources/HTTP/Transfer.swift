import CCurl
import Threads

/// One request while libcurl performs it: the callbacks find it through the pointer they are given. It lives on one
/// thread, inside `curl_easy_perform`. Nothing is thrown across C: an error is parked here, the callback returns
/// libcurl's code for failure, and the client rethrows after `curl_easy_perform` has returned.
final class Transfer {
    typealias Receiver = (HTTPResponse, UnsafeRawBufferPointer) throws -> Void

    var headers = HeaderParser()
    private(set) var parkedError: (any Error)?
    private let body: HTTPBody
    private var sent: UInt64 = 0
    private let receive: Receiver
    private let cancellation: Cancellation?
    private let meter: TrafficMeter

    init(body: HTTPBody, cancellation: Cancellation?, meter: TrafficMeter, receive: @escaping Receiver) {
        self.body = body
        self.cancellation = cancellation
        self.meter = meter
        self.receive = receive
    }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
        // Passed as userdata by `HTTPClient`, which keeps the object alive until the transfer has ended.
        Unmanaged<Transfer>.fromOpaque(pointer!).takeUnretainedValue()
    }

    static let takeHeader: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        from($3).headers.take(UnsafeRawBufferPointer(start: $0, count: $1 * $2))
        return $1 * $2
    }

    static let takeBody: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        let transfer = from($3)
        transfer.meter.countReceived($1 * $2)
        do {
            try transfer.receive(transfer.headers.response, UnsafeRawBufferPointer(start: $0, count: $1 * $2))
            return $1 * $2
        } catch {
            transfer.parkedError = error
            return 0
        }
    }

    static let giveBody: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
        let transfer = from($3)
        do {
            return try transfer.fill(UnsafeMutableRawBufferPointer(start: $0, count: $1 * $2))
        } catch {
            transfer.parkedError = error
            return Int(CURL_READFUNC_ABORT)
        }
    }

    static let rewind: @convention(c) (UnsafeMutableRawPointer?, curl_off_t, CInt) -> CInt = {
        guard $2 == 0, $1 >= 0 else { return CURL_SEEKFUNC_CANTSEEK }
        from($0).sent = UInt64($1)
        return CURL_SEEKFUNC_OK
    }

    typealias Progress =
        @convention(c) (UnsafeMutableRawPointer?, curl_off_t, curl_off_t, curl_off_t, curl_off_t) -> CInt

    static let reportProgress: Progress = { pointer, _, _, _, _ in
        from(pointer).cancellation?.isCancelled == true ? 1 : 0
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(UInt64(buffer.count), body.length - sent)
        guard count > 0 else { return 0 }
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(count)])
        var written = Int(count)
        switch body {
        case .none: return 0
        case .bytes(let bytes): bytes.withUnsafeBytes { Self.copy($0, from: sent, to: target) }
        case .borrowed(let bytes): Self.copy(bytes, from: sent, to: target)
        case .stream(_, let read): written = try read(sent, target)
        }
        sent += UInt64(written)
        meter.countSent(written)
        return written
    }

    private static func copy(
        _ bytes: UnsafeRawBufferPointer, from offset: UInt64, to target: UnsafeMutableRawBufferPointer
    ) {
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<(Int(offset) + target.count)]))
    }
}
