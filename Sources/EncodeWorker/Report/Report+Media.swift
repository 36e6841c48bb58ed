import Containers
import JobReport
import Media

extension Report.Item {
    init(key: String, etag: String? = nil, bytes: UInt64, info: MediaInfo) {
        self.init(key: key, etag: etag, bytes: bytes)
        container = info.container
        duration = info.duration
        if let duration, duration > 0 { bitRate = Double(bytes) * 8 / duration }
        streams = info.streams.map(Report.Stream.init)
    }
}

extension Report.Stream {
    init(_ info: StreamInfo) {
        self.init(index: info.index, kind: info.kind.rawValue, codec: info.codec)
        width = info.size?.width
        height = info.size?.height
        pixelFormat = info.pixelFormat
        frameRate = info.frameRate.flatMap { $0.isKnown ? $0.value : nil }
        sampleRate = info.sampleRate
        channels = info.channels
        language = info.language
        title = info.title
        bitRate = info.bitRate
    }
}

extension Report.Frames {
    /// The counts that the report has: places in the source that notes describe are not among them.
    init(_ counts: FrameCounts, compared: Int) {
        self.init()
        self.compared = compared
        decoded = counts.decoded
        encoded = counts.encoded
        written = counts.written
        damaged = counts.damaged
        undecodablePackets = counts.undecodablePackets
        incompletePackets = counts.incompletePackets
        retimed = counts.retimed
        interlaced = counts.interlaced
        deinterlaced = counts.deinterlaced
        resized = counts.resized
    }
}
