/// The version of this program.
enum Version {
    static let reelpress = "0.1.0"
}
