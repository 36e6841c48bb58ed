import CLinux
import Findings
import Glibc
import Media
import TestSupport
import Threads

/// Runs damaged files through the engine: `MediaFuzz SEEDS FIRST COUNT OUTPUTS`.
///
/// One line a case on standard output, `NUMBER begin SEED` and `NUMBER refused|encoded|wrong …`; a case without its
/// second line ended the process. FUZZ_DUMP names a file for the damaged bytes, to look at one case. With `sound` for
/// FIRST nothing is damaged, as for a look at leaks: COUNT is then a number of passes over the seeds, and
/// `PASS resident MIB allocated KIB` follows each. Every 16th output of damaged files is left in the folder OUTPUTS,
/// under the number of its frames. With FUZZ_CHUNKS every case is encoded in chunks.
@main
enum MediaFuzz {
    static func main() throws {
        let arguments = CommandLine.arguments
        let isSound = arguments.count >= 5 && arguments[2] == "sound"
        guard arguments.count >= 5, let first = isSound ? 1 : UInt64(arguments[2]), let count = UInt64(arguments[3])
        else {
            print("usage: MediaFuzz SEEDS FIRST|sound COUNT OUTPUTS")
            exit(2)
        }
        FFmpegLog.start(toStandardError: false)
        let seeds = try names(in: arguments[1]).map { (name: $0, bytes: try FileBytes.read("\(arguments[1])/\($0)")) }
        let limit = (Int(getenv("FUZZ_MEMORY").map { String(cString: $0) } ?? "") ?? 1024) << 20
        let patience = UInt32(getenv("FUZZ_SECONDS").map { String(cString: $0) } ?? "") ?? 60
        var settled = 0
        let cases = isSound ? count * UInt64(seeds.count) : count
        for number in first..<first + cases {
            let one = FuzzCase(number: number, seeds: seeds, isSound: isSound, isChunked: getenv("FUZZ_CHUNKS") != nil)
            say("\(number) begin \(one.seed.name)")
            if let path = getenv("FUZZ_DUMP") { try FileBytes.write(one.mutated, to: String(cString: path)) }
            Memory.forgetPeak()
            // A hang ends in the signal's default: the end of the process.
            alarm(patience)
            let end = one.run(Cancellation())
            alarm(0)
            switch end {
            case .refused(let error): say("\(number) refused \(error.code) \(error.stage) \(error)")
            case .wrong(let what): say("\(number) wrong \(what)")
            case .encoded(let frames, let bytes, let container):
                if number % 16 == 0, !isSound {
                    let name = "\(number)-\(frames).\(container.fileExtension)"
                    try FileBytes.write(bytes, to: "\(arguments[4])/\(name)")
                }
                say("\(number) encoded \(frames)")
            }
            if Memory.peak > limit { say("\(number) wrong \(Memory.peak >> 20) MiB of memory") }
            if number == first + cases / 4 { settled = Memory.resident }
            let (pass, rest) = number.quotientAndRemainder(dividingBy: UInt64(seeds.count))
            if isSound, rest == 0 {
                // What is free lies between what is still used.
                malloc_trim(0)
                say("\(pass) resident \(Memory.resident >> 20) allocated \(Memory.allocated >> 10)")
            }
        }
        say("grown \((Memory.resident - settled) >> 20)")
    }

    /// A line that is out before anything can go wrong.
    private static func say(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    private static func names(in folder: String) throws -> [String] {
        guard let directory = opendir(folder) else { throw CommandFailure("\(folder) can't be read") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
