/// The handles that no thread uses at the moment, the last used one last.
struct HandlePool {
    /// More idle connections than this help nobody.
    private static let capacity = 32
    private var handles: [PooledHandle] = []

    mutating func take() -> PooledHandle? {
        handles.popLast()
    }

    mutating func give(_ handle: PooledHandle) {
        if handles.count < Self.capacity { handles.append(handle) }
    }
}
