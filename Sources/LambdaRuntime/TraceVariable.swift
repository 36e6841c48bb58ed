import Glibc

/// The environment variable in which X-Ray's SDKs look for the trace.
///
/// One buffer for the process's life, which the environment points into: `setenv` would keep every value it ever got.
/// Only the loop's thread may touch it, and the environment with it.
struct TraceVariable: ~Copyable {
    private static let name = "_X_AMZN_TRACE_ID"
    private static let capacity = 1024
    private let buffer: UnsafeMutablePointer<CChar>

    init() {
        buffer = .allocate(capacity: Self.capacity)
        buffer.initialize(repeating: 0, count: Self.capacity)
    }

    deinit {
        unsetenv(Self.name)
        buffer.deallocate()
    }

    /// Sets it; nil, or a value that is longer than any trace, removes it.
    func set(_ value: String?) {
        unsetenv(Self.name)
        guard let value else { return }
        let text = "\(Self.name)=\(value)".utf8CString
        guard text.count <= Self.capacity else { return }
        text.withUnsafeBufferPointer { buffer.update(from: $0.baseAddress!, count: $0.count) }
        putenv(buffer)
    }
}
