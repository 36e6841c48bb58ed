/// Where a QuickTime track's data are, by its `dref` box: in another file, here.
struct DataReference {
    private let entry: [UInt8]

    /// A Macintosh alias to a file in the movie's folder.
    static func alias(to name: String) -> DataReference {
        let path = Array(name.utf8) + (name.utf8.count % 2 == 1 ? [0] : [])
        let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let record: [[UInt8]] = [
            zeros(10), [0], zeros(27), zeros(12), [UInt8(name.utf8.count)], Array(name.utf8),
            zeros(63 - name.utf8.count), zeros(16), [0, 1, 0, 1], zeros(16), [0, 2],
            [UInt8(path.count >> 8), UInt8(path.count & 255)], path, [0xFF, 0xFF, 0, 0],
        ]
        return DataReference(entry: HostileFile.box("alis", zeros(4) + Array(record.joined())))
    }

    static func url(_ url: String) -> DataReference {
        DataReference(entry: HostileFile.box("url ", [0, 0, 0, 0] + Array(url.utf8) + [0]))
    }

    /// The movie with every track's reference replaced. Its moov comes after mdat, so media data don't move.
    func replacing(in movie: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var offset = 0
        while offset + 8 <= movie.count {
            let size = movie[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, offset + size <= movie.count else { break }
            let kind = String(decoding: movie[offset + 4..<offset + 8], as: UTF8.self)
            let content = Array(movie[offset + 8..<offset + size])
            switch kind {
            case "moov", "trak", "mdia", "minf", "dinf": result += HostileFile.box(kind, replacing(in: content))
            case "dref": result += HostileFile.box(kind, [0, 0, 0, 0] + HostileFile.big(1) + entry)
            default: result += movie[offset..<offset + size]
            }
            offset += size
        }
        return result
    }
}
