import HTTP
import Synchronization

/// What refusals have taught about a service: the regions of buckets, and how far this machine's clock is off. Shared by
/// all threads of a client.
final class Corrections: Sendable {
    /// What one try was signed with. Other threads may have learned more since.
    struct View {
        var region: String
        /// The server's clock minus ours, in seconds.
        var clockOffset: Int
    }

    private let clockOffset = Atomic<Int>(0)
    private let regions = Mutex<[String: String]>([:])

    func view(bucket: String?, region: String) -> View {
        let known = bucket.flatMap { bucket in regions.withLock { $0[bucket] } }
        return View(region: known ?? region, clockOffset: clockOffset.load(ordering: .relaxed))
    }

    /// Learns from a refusal; true where the next try will differ from the one that was signed with `view`.
    func learn(from error: AWSError, _ head: HTTPResponse, _ call: Call, signedWith view: View) -> Bool {
        learnRegion(error, head, call, view) || learnTime(error, head, view)
    }

    /// "Routing requests" and "Error responses" (`AuthorizationHeaderMalformed`, `PermanentRedirect`), Amazon S3.
    private func learnRegion(_ error: AWSError, _ head: HTTPResponse, _ call: Call, _ view: View) -> Bool {
        guard let bucket = call.bucket, [301, 302, 307, 400, 403].contains(error.status),
            let region = head.headers["x-amz-bucket-region"] ?? (try? XMLParser.parse(head.body))?["Region"],
            region != view.region, Endpoint.isRegion(region)
        else { return false }
        regions.withLock { $0[bucket] = region }
        return true
    }

    private func learnTime(_ error: AWSError, _ head: HTTPResponse, _ view: View) -> Bool {
        // Some refusals don't name the reason; the clocks tell.
        let codes: Set = [
            "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
            "SignatureDoesNotMatch", "AuthFailure", "403",
        ]
        guard codes.contains(error.code), let date = head.headers["Date"].flatMap(Timestamp.init(http:)) else {
            return false
        }
        let offset = date.seconds - Timestamp.now.seconds
        // AWS allows 5 minutes (S3 15); what is clearly less can't have been the reason.
        guard abs(offset - view.clockOffset) > 240 else { return false }
        clockOffset.store(offset, ordering: .relaxed)
        return true
    }
}
