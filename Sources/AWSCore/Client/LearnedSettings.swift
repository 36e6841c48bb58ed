import HTTP
import Synchronization

/// What refusals have taught about a service: the regions of buckets, and how far this machine's clock is off. Shared by
/// all threads of a client.
final class LearnedSettings: Sendable {
    /// What one try was signed with. Other threads may have learned more since.
    struct Snapshot {
        var region: String
        /// The server's clock minus ours, in seconds.
        var clockOffset: Int
    }

    private let clockOffset = Atomic<Int>(0)
    private let regions = Mutex<[String: String]>([:])

    func snapshot(bucket: String?, region: String) -> Snapshot {
        let known = bucket.flatMap { bucket in regions.withLock { $0[bucket] } }
        return Snapshot(region: known ?? region, clockOffset: clockOffset.load(ordering: .relaxed))
    }

    /// Learns from a refusal; true where the next try will differ from the one that was signed with `snapshot`.
    func learn(from error: AWSError, _ head: HTTPResponse, _ call: APICall, signedWith snapshot: Snapshot) -> Bool {
        learnRegion(error, head, call, snapshot) || learnTime(error, head, snapshot)
    }

    /// "Routing requests" and "Error responses" (`AuthorizationHeaderMalformed`, `PermanentRedirect`), Amazon S3.
    private func learnRegion(_ error: AWSError, _ head: HTTPResponse, _ call: APICall, _ snapshot: Snapshot) -> Bool {
        guard let bucket = call.bucket, [301, 302, 307, 400, 403].contains(error.status),
            let region = head.headers["x-amz-bucket-region"] ?? (try? XMLParser.parse(head.body))?["Region"],
            region != snapshot.region, Endpoint.isRegion(region)
        else { return false }
        regions.withLock { $0[bucket] = region }
        return true
    }

    private func learnTime(_ error: AWSError, _ head: HTTPResponse, _ snapshot: Snapshot) -> Bool {
        // Some refusals don't name the reason; the difference of the clocks shows it.
        let codes: Set = [
            "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
            "SignatureDoesNotMatch", "AuthFailure", "403",
        ]
        guard codes.contains(error.code), let date = head.headers["Date"].flatMap(Timestamp.init(http:)) else {
            return false
        }
        let offset = date.seconds - Timestamp.now.seconds
        // AWS allows 5 minutes (S3 15); what is clearly less can't have been the reason.
        guard abs(offset - snapshot.clockOffset) > 240 else { return false }
        clockOffset.store(offset, ordering: .relaxed)
        return true
    }
}
