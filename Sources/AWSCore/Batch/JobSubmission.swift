/// A job to hand in: "SubmitJob", AWS Batch API Reference.
public struct JobSubmission: Sendable {
    /// What to do with a failed attempt: "EvaluateOnExit". What no rule matches is retried.
    public struct ExitRule: Sendable {
        /// Whether to try again.
        public var retries: Bool
        /// Patterns, `*` at the end; nil matches all.
        public var statusReason: String?
        /// A pattern for the container's reason.
        public var reason: String?
        /// A pattern for the exit code.
        public var exitCode: String?

        /// A rule.
        public init(retries: Bool, statusReason: String? = nil, reason: String? = nil, exitCode: String? = nil) {
            self.retries = retries
            self.statusReason = statusReason
            self.reason = reason
            self.exitCode = exitCode
        }
    }

    /// A job to wait for.
    public struct Dependency: Sendable {
        /// The other job's id; nil for this one's own array entries (`SEQUENTIAL`).
        public var jobID: String?
        /// `N_TO_N` or `SEQUENTIAL`, for array jobs.
        public var type: String?

        /// A dependency.
        public init(jobID: String?, type: String? = nil) {
            self.jobID = jobID
            self.type = type
        }
    }

    /// 1 to 128 letters, digits, hyphens and underscores, a letter or digit first.
    public var name: String
    /// The queue's name or ARN.
    public var queue: String
    /// The definition's `name:revision`, name or ARN.
    public var definition: String
    /// The name of the container that the overrides are for, where the definition has `ecsProperties`; nil where it has
    /// `containerProperties`.
    public var container: String?
    /// The container's additional environment; names must not start with `AWS_BATCH`.
    public var environment: [String: String] = [:]
    /// The container's command; nil keeps the definition's.
    public var command: [String]?
    /// vCPUs, such as `4` or `0.5`.
    public var vCPUs: String?
    /// Memory in MiB.
    public var memory: Int?
    /// Attempts, 1 to 10.
    public var attempts: Int?
    /// At most 5.
    public var exitRules: [ExitRule] = []
    /// Seconds for an attempt, at least 60.
    public var timeout: Int?
    /// Tags of the job.
    public var tags: [String: String] = [:]
    /// Puts the tags on the ECS task too.
    public var propagatesTags = false
    /// At most 20.
    public var dependencies: [Dependency] = []
    /// Children of an array job, 2 to 10,000.
    public var arraySize: Int?

    /// A job as its definition has it.
    public init(name: String, queue: String, definition: String) {
        self.name = name
        self.queue = queue
        self.definition = definition
    }

    /// Whether Batch takes the name.
    public static func isName(_ name: String) -> Bool {
        guard 1...128 ~= name.utf8.count, name.utf8.first?.isASCIIAlphanumeric == true else { return false }
        return name.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init(name: "jobName", value: .string(name)), .init(name: "jobQueue", value: .string(queue)),
            .init(name: "jobDefinition", value: .string(definition)),
        ]
        func add(_ name: String, _ value: JSONValue?) {
            if let value, value != .object([]), value != .array([]) { members.append(.init(name: name, value: value)) }
        }
        if let container {
            let overrides = JSONValue.object(
                [.init(name: "name", value: .string(container))] + (overrides.members ?? []))
            add("ecsPropertiesOverride", ["taskProperties": [["containers": [overrides]]]])
        } else {
            add("containerOverrides", overrides)
        }
        add("retryStrategy", retryStrategy)
        add("timeout", timeout.map { ["attemptDurationSeconds": .number(String($0))] })
        add("tags", Self.object(tags.sorted { $0.key < $1.key }.map { ($0.key, $0.value as String?) }))
        add("propagateTags", propagatesTags ? true : nil)
        add("dependsOn", .array(dependencies.map { Self.object([("jobId", $0.jobID), ("type", $0.type)]) }))
        add("arrayProperties", arraySize.map { ["size": .number(String($0))] })
        return .object(members)
    }

    private var overrides: JSONValue {
        var resources: [JSONValue] = []
        if let vCPUs { resources.append(["type": "VCPU", "value": .string(vCPUs)]) }
        if let memory { resources.append(["type": "MEMORY", "value": .string(String(memory))]) }
        let variables = environment.sorted { $0.key < $1.key }
        return Self.object([
            ("command", command.map { .array($0.map { .string($0) }) }),
            (
                "environment",
                variables.isEmpty
                    ? nil : .array(variables.map { ["name": .string($0.key), "value": .string($0.value)] })
            ),
            ("resourceRequirements", resources.isEmpty ? nil : .array(resources)),
        ])
    }

    private var retryStrategy: JSONValue {
        let rules = exitRules.map {
            Self.object([
                ("action", $0.retries ? "RETRY" : "EXIT"), ("onStatusReason", $0.statusReason), ("onReason", $0.reason),
                ("onExitCode", $0.exitCode),
            ])
        }
        return Self.object([
            ("attempts", attempts.map { .number(String($0)) }), ("evaluateOnExit", rules.isEmpty ? nil : .array(rules)),
        ])
    }

    private static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { .init(name: name, value: $0) } })
    }

    private static func object(_ members: [(String, String?)]) -> JSONValue {
        object(members.map { ($0.0, $0.1.map(JSONValue.string)) })
    }
}
