/// Where a service answers.
public struct Endpoint: Sendable {
    /// `scheme://host[:port]`, without a slash at the end.
    public var origin: String
    /// Whether it is not AWS's own: buckets then go into the path.
    public var isCustom: Bool

    /// `host[:port]` as the `Host` header carries it: without the scheme's own port.
    var host: String {
        let isPlain = origin.hasPrefix("http://")
        let authority = String(origin.dropFirst(isPlain ? "http://".count : "https://".count).prefix { $0 != "/" })
        let standard = isPlain ? ":80" : ":443"
        return authority.hasSuffix(standard) ? String(authority.dropLast(standard.utf8.count)) : authority
    }

    var scheme: String { String(origin.prefix { $0 != ":" }) }

    /// Whether this can be a region, so that it may become a part of a host's name.
    static func isRegion(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 64
            && text.utf8.allSatisfy { 97...122 ~= $0 || 48...57 ~= $0 || $0 == UInt8(ascii: "-") }
    }

    /// Whether a setting names an origin that requests can be sent to.
    static func isOrigin(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
    }

    init(custom: String) {
        var origin = custom[...]
        while origin.utf8.last == UInt8(ascii: "/") { origin.removeLast() }
        self.origin = String(origin)
        isCustom = true
    }

    /// The partitions' own domains, by the start of their regions' names: endpoints.json of botocore.
    private static let domains: [(prefix: String, suffix: String)] = [
        ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
    ]

    /// AWS's own: "Service endpoints" in the AWS General Reference, by partition.
    init(service: String, region: String) {
        let suffix = Self.domains.first { region.hasPrefix($0.prefix) }?.suffix ?? "amazonaws.com"
        origin = "https://\(service).\(region).\(suffix)"
        isCustom = false
    }

    /// Whether a bucket's name can precede the host name: DNS-compatible and, for TLS's wildcard, without a dot
    /// ("Virtual hosting of general purpose buckets", Amazon S3 User Guide).
    static func isHostLabel(_ bucket: String) -> Bool {
        let isEdge: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
        let bytes = bucket.utf8
        guard 3...63 ~= bytes.count, isEdge(bytes.first!), isEdge(bytes.last!) else { return false }
        return bytes.allSatisfy { isEdge($0) || $0 == UInt8(ascii: "-") }
    }
}
