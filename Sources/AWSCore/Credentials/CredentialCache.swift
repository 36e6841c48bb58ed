import Glibc
import Threads

/// Keeps credentials and refreshes them before they end: one thread asks, the others go on with the old ones. A failed
/// refresh keeps what is still valid.
public final class CredentialCache: CredentialSource {
    private struct State {
        var current: Credentials?
        var isRefreshing = false
        var refreshAfter = Timestamp(seconds: .max)
    }

    private enum Step { case use(Credentials), fetch(Credentials?) }

    private let source: any CredentialSource
    private let clock: @Sendable () -> Timestamp
    private let state = Monitor(State())

    /// A cache before `source`.
    public convenience init(_ source: any CredentialSource) { self.init(source, clock: { .now }) }

    init(_ source: any CredentialSource, clock: @escaping @Sendable () -> Timestamp) {
        self.source = source
        self.clock = clock
    }

    /// The kept keys, or new ones.
    public func credentials() throws(AWSError) -> Credentials {
        let now = clock()
        let step: Step = state.wait { state in
            let usable = state.current.flatMap { $0.expiration.map { $0 > now } ?? true ? $0 : nil }
            if let usable, now < state.refreshAfter || state.isRefreshing { return .use(usable) }
            if state.isRefreshing { return nil }
            state.isRefreshing = true
            return .fetch(usable)
        }
        switch step {
        case .use(let credentials): return credentials
        case .fetch(let usable): return try refresh(usable)
        }
    }

    /// Forgets the keys if they are still the kept ones.
    public func invalidate(_ credentials: Credentials) {
        state.withLock { if $0.current?.accessKeyID == credentials.accessKeyID { $0.current = nil } }
    }

    private func refresh(_ usable: Credentials?) throws(AWSError) -> Credentials {
        do {
            let new = try source.credentials()
            let refreshAfter = Self.refreshTime(new, now: clock())
            state.withLock {
                $0.current = new
                $0.refreshAfter = refreshAfter
                $0.isRefreshing = false
            }
            return new
        } catch {
            // Others must not ask again at once: with keys that still work there is time.
            let again = Timestamp(seconds: clock().seconds + Int.random(in: 30...60))
            state.withLock {
                $0.refreshAfter = again
                $0.isRefreshing = false
            }
            guard let usable else { throw error }
            return usable
        }
    }

    /// Between 15 and 10 minutes before the end, at random, so that a fleet doesn't ask all at once.
    /// Keys that end sooner aren't asked for at each request: after half of what is left, or a minute.
    private static func refreshTime(_ credentials: Credentials, now: Timestamp) -> Timestamp {
        guard let end = credentials.expiration else { return Timestamp(seconds: .max) }
        let soonest = now.seconds + min(60, max(0, end.seconds - now.seconds) / 2)
        return Timestamp(seconds: max(end.seconds - Int.random(in: 600...900), soonest))
    }
}
