import HTTP

/// The metadata of a container's task: "Amazon ECS task metadata endpoint version 4".
public struct TaskMetadata: Sendable, Equatable {
    /// Processors of the task.
    public var vCPUs: Double?
    /// Memory of the task.
    public var memoryMiB: UInt64?

    /// The task's limits; nil outside of a task, and where the endpoint doesn't answer.
    public static func limits(_ environment: AWSEnvironment) -> TaskMetadata? {
        guard let origin = environment["ECS_CONTAINER_METADATA_URI_V4"] else { return nil }
        let http = HTTPClient(timeouts: HTTPTimeouts(connect: 1, stall: 1, total: 2), usesProxy: false)
        guard let response = try? http.send(HTTPRequest(.get, origin + "/task"), limit: 1 << 20),
            response.status == 200, let limits = try? JSONValue(parsing: response.body)["Limits"]
        else { return nil }
        return TaskMetadata(vCPUs: limits["CPU"]?.double, memoryMiB: limits["Memory"]?.int.map(UInt64.init(clamping:)))
    }
}
