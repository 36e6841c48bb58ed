import Findings
import JobReport
import Synchronization
import Threads

/// Reads all reports of a bucket or folder, and writes a page of them.
struct Summary {
    let store: any ObjectStore
    /// The bucket's or folder's name.
    let place: String

    static let key = "reports/index.html"
    private static let folder = "reports/"
    /// Requests at once: most of their time is the way to the server.
    private static let threads = 64

    private struct Found: Sendable {
        var rows: [SummaryRow] = []
        var unreadable = 0
    }

    /// Writes the page.
    ///
    /// - Parameter time: now, ISO 8601.
    /// - Returns: how many reports there are.
    /// - Throws: `ReportedError`.
    func write(at time: String, cancellation: Cancellation) throws -> Int {
        let entries = try store.entries(below: Self.folder).filter { $0.key.hasSuffix(".json") }
        let small = entries.filter { $0.size <= UInt64(Report.maxBytes) }
        var found = try read(small.map(\.key), cancellation)
        found.unreadable += entries.count - small.count
        let page = SummaryPage(found.rows, place: place, unreadable: found.unreadable, time: time)
        try store.put(Self.key, page.file(), mediaType: "text/html; charset=utf-8")
        return found.rows.count
    }

    private func read(_ keys: [String], _ cancellation: Cancellation) throws -> Found {
        let found = Shared()
        let queue = WorkQueue<String, any Error>(
            named: "reading reports", threads: store.isBucket ? Self.threads : 2, within: cancellation
        ) { [store] key, cancellation in
            try cancellation.check()
            // One that was removed meanwhile is none.
            guard let bytes = try store.contents(key, limit: Report.maxBytes) else { return }
            guard let report = Report(json: bytes) else { return found.state.withLock { $0.unreadable += 1 } }
            let page = "\(key.dropFirst(Self.folder.count).dropLast(".json".count)).html"
            let row = SummaryRow(report, page: page)
            found.state.withLock { $0.rows.append(row) }
        }
        for key in keys { try queue.add(key) }
        try queue.finish()
        try cancellation.check()
        return found.state.withLock { $0 }
    }

    private final class Shared: Sendable {
        let state = Mutex(Found())
    }
}
