import Glibc
import TestSupport
import Testing

/// What a whole process does with its environment, and when it is frozen: S3Bench, which prints the object that it reads.
@Suite("Processes: proxies, freezes, certificates") struct ProcessTests {
    private static let path: String = {
        let bundle = CommandLine.arguments[0]
        let beside = bundle.lastIndex(of: "/").map { "\(bundle[..<$0])/S3Bench" } ?? "S3Bench"
        return FileBytes.exists(beside) ? beside : "\(Tool.root)/.build/debug/S3Bench"
    }()

    private static let text = String((0..<200_000).map { "\($0)\n" }.joined().prefix(900_000))

    private func command(_ variables: [String: String]) -> Command {
        var all = [
            "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
        ]
        all.merge(variables) { $1 }
        return Command([Self.path, "print", "bucket", "k"], environment: all)
    }

    private static func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
        request.method == "HEAD"
            ? ScriptedS3.found(size: text.utf8.count) : ScriptedS3.range(request, of: Array(text.utf8))
    }

    @Test("The environment's proxy is used") func proxy() throws {
        let proxy = ScriptedServer { Self.answer($0) }
        let outcome = try command([
            "http_proxy": proxy.origin, "AWS_ENDPOINT_URL": "http://s3.example.test",
        ]).run()
        #expect(outcome.output == Self.text, "\(outcome.error)")
        #expect(proxy.requests.allSatisfy { $0.target == "http://s3.example.test/bucket/k" })
        #expect(proxy.requests.allSatisfy { $0["host"] == "s3.example.test" })
    }

    @Test("no_proxy is honoured") func noProxy() throws {
        let proxy = ScriptedServer { _ in .status(502) }
        let server = ScriptedServer { Self.answer($0) }
        let outcome = try command([
            "http_proxy": proxy.origin, "no_proxy": "127.0.0.1", "AWS_ENDPOINT_URL": server.origin,
        ]).run()
        #expect(outcome.output == Self.text && proxy.requests.isEmpty, "\(outcome.error)")
    }

    @Test("Metadata is never requested through a proxy") func metadataProxy() throws {
        let metadata = MetadataServer()
        let proxy = ScriptedServer { Self.answer($0) }
        let outcome = try command([
            "http_proxy": proxy.origin, "all_proxy": proxy.origin, "AWS_ENDPOINT_URL": "http://s3.example.test",
            "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata.origin + "/container",
        ]).run()
        #expect(outcome.output == Self.text, "\(outcome.error)")
        #expect(metadata.requests.map(\.target) == ["/container"])
        #expect(!proxy.requests.isEmpty && proxy.requests.allSatisfy { $0.target.hasPrefix("http://s3.example.test/") })
        #expect(proxy.requests.allSatisfy { $0["x-amz-security-token"] == "token of CONTAINER" })
    }

    /// While the process stands still, its connections break; thawed, it goes on as if nothing had been.
    @Test("A process that was frozen continues") func frozenProcess() throws {
        let server = ScriptedServer { request in
            if request.method == "HEAD" { return Self.answer(request) }
            var answer = Self.answer(request)
            guard request["range"]?.hasPrefix("bytes=0-") == true else {
                // Connections that were idle in the freezer are dead too.
                answer.end = .reset
                return answer
            }
            answer.pieces[0].bytes.removeLast(answer.pieces[0].bytes.count / 2)
            answer.pieces.append((1200, []))
            answer.end = .reset
            return answer
        }
        let running = try command(["AWS_ENDPOINT_URL": server.origin]).start()
        for _ in 0..<500 where !server.requests.contains(where: { $0.method == "GET" }) { usleep(10_000) }
        usleep(100_000)
        running.send(SIGSTOP)
        // The server waits 1.2 s with the other half, and resets the connection while the process stands still.
        usleep(1_500_000)
        running.send(SIGCONT)
        let outcome = try running.wait()
        #expect(outcome.end == .exit(0) && outcome.output == Self.text, "\(outcome.error)")
        let ranges = server.requests.compactMap { $0["range"] }
        // Nothing begins at the start a second time.
        #expect(ranges.filter { $0.hasPrefix("bytes=0-") }.count == 1)
    }

    @Test("Certificates are verified") func certificates() throws {
        let folder = try TemporaryFolder()
        let certificate = folder("certificate.pem")
        let script = "\(Tool.root)/Tests/AWSCoreTests/Support/tls_server.py"
        let server = ServerProcess("exec '\(Tool.path("python3"))' '\(script)' '\(certificate)' 50000")
        let url = ["AWS_ENDPOINT_URL": "https://127.0.0.1:\(server.port)", "AWS_MAX_ATTEMPTS": "1"]
        let refused = try command(url).run()
        #expect(refused.end != .exit(0) && refused.output.isEmpty && refused.error.contains("certificate"))
        let trusted = try command(url.merging(["AWS_CA_BUNDLE": certificate]) { $1 }).run()
        #expect(trusted.end == .exit(0) && trusted.output == String(repeating: "x", count: 50_000), "\(trusted.error)")
    }
}
