public import FoundationEssentials

extension Report {
    /// A frame that the report's page shows, before and after.
    public struct Snapshot: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable {
            case worst, median, other
        }

        public var kind: Kind
        /// Seconds on the output's timeline.
        public var time: Double
        /// The luma's, of this frame, in dB.
        public var xpsnr: Double
        public var psnr: Double
        /// Of the images, in pixels.
        public var width: Int
        public var height: Int
        /// The part with the largest error at its own size, if the images are smaller than the frame.
        public var detail: Detail?
        /// Only in the page.
        public var images: Images?

        public struct Detail: Codable, Sendable, Equatable {
            public var width: Int
            public var height: Int

            public init(width: Int, height: Int) {
                self.width = width
                self.height = height
            }
        }

        private enum CodingKeys: String, CodingKey {
            case kind, time, xpsnr, psnr, width, height, detail
        }

        public init(
            kind: Kind, time: Double, xpsnr: Double, psnr: Double, width: Int, height: Int, detail: Detail? = nil,
            images: Images? = nil
        ) {
            self.kind = kind
            self.time = time
            self.xpsnr = xpsnr
            self.psnr = psnr
            self.width = width
            self.height = height
            self.detail = detail
            self.images = images
        }
    }

    /// JPEGs in base64.
    public struct Images: Sendable, Equatable {
        public var before: String
        public var after: String
        /// A part of the frame at its own size; empty if the whole frame is.
        public var detailBefore: String?
        public var detailAfter: String?

        public init(before: Data, after: Data, detailBefore: Data? = nil, detailAfter: Data? = nil) {
            self.before = before.base64EncodedString()
            self.after = after.base64EncodedString()
            self.detailBefore = detailBefore?.base64EncodedString()
            self.detailAfter = detailAfter?.base64EncodedString()
        }
    }

    /// A JPEG that is small enough for a page of many.
    public struct Thumbnail: Codable, Sendable, Equatable {
        /// Base64.
        public let jpeg: String

        /// Bytes of a JPEG: what is larger is none.
        public static let maxBytes = 2048

        public init?(_ jpeg: Data) { self.init(base64: jpeg.base64EncodedString()) }

        private init?(base64: String) {
            guard !base64.isEmpty, base64.utf8.count <= (Self.maxBytes + 2) / 3 * 4,
                base64.utf8.allSatisfy(Report.isBase64)
            else { return nil }
            jpeg = base64
        }

        public init(from decoder: any Decoder) throws {
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let thumbnail = Self(base64: text) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "no thumbnail in base64"))
            }
            self = thumbnail
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(jpeg)
        }
    }

    /// Takes the images of the page that an earlier job wrote for this report: they are nowhere else.
    public mutating func takeImages(fromPage page: [UInt8]) {
        guard let snapshots, !snapshots.isEmpty else { return }
        let mark = Array(Self.imagePrefix.utf8)
        var found: [String] = []
        var place = page.startIndex
        while let start = page[place...].firstRange(of: mark)?.upperBound {
            let text = page[start...].prefix { Self.isBase64($0) }
            found.append(String(decoding: text, as: UTF8.self))
            place = text.endIndex
        }
        guard found.count == snapshots.reduce(0, { $0 + ($1.detail == nil ? 2 : 4) }) else { return }
        var rest = found[...]
        for (index, snapshot) in snapshots.enumerated() {
            var images = Images(before: Data(), after: Data())
            (images.before, images.after) = (rest.removeFirst(), rest.removeFirst())
            if snapshot.detail != nil {
                (images.detailBefore, images.detailAfter) = (rest.removeFirst(), rest.removeFirst())
            }
            self.snapshots?[index].images = images
        }
    }

    static let imagePrefix = "data:image/jpeg;base64,"

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
