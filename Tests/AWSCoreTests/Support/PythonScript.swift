import Glibc
import TestSupport

/// Runs a script that lies beside the tests.
enum PythonScript {
    struct Failure: Error {}

    /// The script's standard output; its argument is a file with the input.
    static func run(_ name: String, input: String) throws -> String {
        var template = Array("/tmp/reelpress-input-XXXXXX".utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { unlink(path) }
        let bytes = Array(input.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure() }
        close(descriptor)
        let command = "'\(Tool.path("python3"))' '\(Tool.root)/Tests/AWSCoreTests/Support/\(name)' '\(path)'"
        guard let pipe = popen(command, "re") else { throw Failure() }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
        guard pclose(pipe) == 0 else { throw Failure() }
        return String(decoding: output, as: UTF8.self)
    }
}
