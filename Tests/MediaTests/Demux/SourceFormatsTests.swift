import TestSupport
import Testing

@testable import Media

/// scripts/ffmpeg-components.txt, of which the released worker's FFmpeg is built, against what is read.
@Suite("Source formats") struct SourceFormatsTests {
    /// The components of one kind, by the names that they have when FFmpeg runs.
    private static func components(_ kind: String) throws -> Set<String> {
        let renamed = ["mpegps": "mpeg", "eightbps": "8bps", "msmpeg4v3": "msmpeg4"]
        let text = String(decoding: try FileBytes.read("\(Tool.root)/scripts/ffmpeg-components.txt"), as: UTF8.self)
        let fields = text.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 2).map(String.init) }
        let names = fields.filter { $0.count > 1 && $0[0] == kind }.map { renamed[$0[1]] ?? $0[1] }
        try #require(Set(names).count == names.count, "a \(kind) is listed twice")
        return Set(names)
    }

    @Test("The demuxers that a build needs are those that are used") func demuxers() throws {
        #expect(try Self.components("demuxer") == Set(SourceFormats.demuxers + SourceFormats.probedDemuxers))
    }

    @Test("Demuxers that are only probed are not opened") func probedDemuxers() {
        #expect(Set(SourceFormats.probedDemuxers).isDisjoint(with: SourceFormats.demuxers))
    }

    @Test("The decoders that a build needs are those that are used") func decoders() throws {
        // What Debian's FFmpeg may take from elsewhere, or has in a second form.
        let elsewhere: Set<String> = ["aac_fixed", "ac3_fixed", "av1", "mp1", "mp2", "mp3"]
        let used = SourceFormats.decoderAllowList.split(separator: ",").map(String.init).filter {
            $0 == "libdav1d" || !$0.hasPrefix("lib") && !elsewhere.contains($0)
        }
        #expect(try Self.components("decoder") == Set(used))
    }

    @Test("The filters that a build needs include those that are used") func filters() throws {
        let used = (Deinterlacer.steps + Orientation.allCases.flatMap(\.steps)).map(\.filter)
        #expect(try Self.components("filter").isSuperset(of: used))
    }

    @Test("The muxers that a build needs are those that are used") func muxers() throws {
        #expect(try Self.components("muxer") == Set(Container.allCases.map(\.muxerName)))
    }
}
