import TestSupport
import Testing

/// Sources with everything that a container can hold.
@Suite("Streams / containers with all kinds of content") struct ContainerContentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func ingredients() throws -> (subtitles: String, chapters: String, cover: String, font: String) {
        let subtitles = folder("words.srt")
        try FileBytes.write(
            "1\n00:00:00,200 --> 00:00:00,900\nHello\n\n2\n00:00:01,100 --> 00:00:01,800\nGrüße\n".utf8,
            to: subtitles
        )
        let chapters = folder("chapters.txt")
        try FileBytes.write(
            """
            ;FFMETADATA1
            title=A film
            artist=Somebody
            comment=Made up
            [CHAPTER]
            TIMEBASE=1/1000
            START=0
            END=900
            title=Begin
            [CHAPTER]
            TIMEBASE=1/1000
            START=900
            END=2000
            title=Énd

            """.utf8,
            to: chapters
        )
        let cover = try FFmpeg.make(folder("cover.jpg"), FFmpeg.video("64x64") + ["-frames:v", "1"])
        let font = folder("letters.ttf")
        try FileBytes.write((0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7) }, to: font)
        return (subtitles, chapters, cover, font)
    }

    private func compare(_ source: String, _ output: String, tags: [String], copied: [String]) throws {
        let (before, after) = (try Probe(source), try Probe(output))
        #expect(after.video?.codecName == "hevc")
        #expect(Judge.otherStreams(before, after) == [])
        #expect(Judge.chapters(before, after) == [])
        #expect(Judge.tags(tags, before, after) == [])
        #expect(before.video?.tags?["language"] == after.video?.tags?["language"])
        #expect(before.video?.disposition == after.video?.disposition)
        for stream in copied { #expect(try Judge.packets(source, output, stream) == []) }
        #expect(try Judge.frameTimestamps(source, output) == [])
    }

    @Test("Matroska keeps its streams, chapters, tags and attachments") func matroska() throws {
        let parts = try ingredients()
        let bucket = try TemporaryFolder()
        let source = try FFmpeg.make(
            bucket("input/preserve/film.mkv"),
            FFmpeg.video(seconds: 2) + FFmpeg.tone(seconds: 2) + FFmpeg.tone(880, seconds: 2)
                + ["-i", parts.subtitles, "-i", parts.chapters, "-map_metadata", "4", "-map_chapters", "4"]
                + ["-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s"]
                + FFmpeg.h264 + ["-c:a:0", "aac", "-c:a:1", "ac3", "-c:s", "srt"] + [
                    "-metadata:s:v:0", "language=eng", "-metadata:s:a:0", "language=deu", "-metadata:s:a:1",
                    "language=fra", "-metadata:s:a:1", "title=Commentary", "-metadata:s:s:0", "language=swe",
                    "-disposition:a:1", "comment", "-disposition:s:0", "forced", "-attach", parts.font,
                    "-metadata:s:t:0", "mimetype=application/x-truetype-font", "-attach", parts.cover,
                    "-metadata:s:t:1", "mimetype=image/jpeg", "-metadata:s:t:1", "filename=cover.jpg",
                ]
        )
        let before = try Probe(source)
        try #require(before.streams.count == 6)
        try #require(before.streams.contains { $0.isCover })
        #expect(try Worker.bucket(bucket).end == .exit(0))
        let output = bucket("output/preserve/film.mkv")
        try #require(try bucket.files(below: "output") == ["preserve/film.mkv"])
        try compare(
            source,
            output,
            tags: ["title", "artist", "comment"],
            copied: ["a:0", "a:1", "s:0", "v:1"]
        )
        let fonts = try [source, output].map { path in
            let copy = folder("font-\(path == source).ttf")
            // ffmpeg wants an output too, and ends with an error without one.
            _ = try Command(["ffmpeg", "-nostdin", "-v", "error", "-y", "-dump_attachment:t:0", copy, "-i", path]).run()
            return try FileBytes.read(copy)
        }
        let made = try FileBytes.read(parts.font)
        #expect(fonts[0] == made)
        #expect(fonts[1] == made)
    }

    @Test("MP4 keeps its streams, chapters, tags and cover") func mp4() throws {
        let bucket = try TemporaryFolder()
        let source = try Catalogue.make(
            "subtitles, chapters, a cover and free tags in mp4", bucket("input/preserve/film.mp4"))
        try #require(try Probe(source).streams.contains { $0.isCover })
        #expect(try Worker.bucket(bucket).end == .exit(0))
        let output = bucket("output/preserve/film.mp4")
        try #require(try bucket.files(below: "output") == ["preserve/film.mp4"])
        try compare(
            source,
            output,
            tags: ["title", "artist", "comment", "creation_time"],
            copied: ["a:0", "a:1", "s:0", "v:1"]
        )
        #expect(try Judge.indexInFront(output) == [])
        #expect(try Judge.decoding(output) == [])
    }

    /// MP4's list of chapters has no editions, nesting or hidden chapters.
    @Test("Chapter features that a list can't hold are reported", arguments: [false, true]) func chapterFeatures(
        isOrdered: Bool
    ) throws {
        func atom(_ name: String, _ inside: String = "") -> String {
            "<ChapterAtom><ChapterTimeStart>00:00:00.1</ChapterTimeStart><ChapterTimeEnd>00:00:00.5</ChapterTimeEnd>"
                + "<ChapterDisplay><ChapterString>\(name)</ChapterString><ChapterLanguage>eng</ChapterLanguage>"
                + "</ChapterDisplay>\(inside)</ChapterAtom>"
        }
        let second = "<EditionEntry><EditionFlagOrdered>1</EditionFlagOrdered>\(atom("Other"))</EditionEntry>"
        let hidden = "<ChapterFlagHidden>1</ChapterFlagHidden>"
        let editions =
            "<EditionEntry>\(atom("One", isOrdered ? atom("Inside") : ""))\(atom("Two", isOrdered ? hidden : ""))"
            + "</EditionEntry>" + (isOrdered ? second : "")
        try FileBytes.write("<?xml version=\"1.0\"?><Chapters>\(editions)</Chapters>".utf8, to: folder("marks.xml"))
        let film = try FFmpeg.make(folder("film.mkv"), FFmpeg.video("96x64") + FFmpeg.h264)
        let (source, output) = (folder("source.mkv"), folder("output.mp4"))
        let muxed = try Command(["mkvmerge", "-q", "-o", source, "--chapters", folder("marks.xml"), film]).run()
        try #require(muxed.end == .exit(0), "\(muxed.output)")
        try Worker.encode(source, output)
        let note =
            "chapter features not kept: 2 editions, the playback order of 1 ordered edition, 1 nested chapter, "
            + "the hidden flag of 1 chapter"
        #expect(try JobReport.read("\(output).json").notes == (isOrdered ? [note] : []))
    }

    /// A track of chapters that the muxer adds is no reason to be silent.
    @Test("Dispositions and tags that are lost are reported, with chapters or without", arguments: [false, true])
    func lostTags(hasChapters: Bool) throws {
        let (_, chapters, _, _) = try ingredients()
        let film = try FFmpeg.make(
            folder("film.mkv"),
            FFmpeg.video("96x64") + FFmpeg.tone() + (hasChapters ? ["-i", chapters, "-map_chapters", "2"] : [])
                + ["-map", "0", "-map", "1"] + FFmpeg.h264 + ["-c:a", "aac"])
        let tags = "<Tag><Targets/><Simple><Name>SOURCE</Name><String>A tape</String></Simple></Tag>"
        try FileBytes.write("<?xml version=\"1.0\"?><Tags>\(tags)</Tags>".utf8, to: folder("tags.xml"))
        let (source, output) = (folder("source.mkv"), folder("output.mp4"))
        let muxed = try Command(
            ["mkvmerge", "-q", "-o", source, "--original-flag", "1:1", "--tags", "1:\(folder("tags.xml"))", film]
        ).run()
        try #require(muxed.end == .exit(0), "\(muxed.output)")
        try Worker.encode(source, output)
        let notes = ["the disposition original of stream 1 was not kept", "1 tag of stream 1 was not kept: source"]
        #expect(try JobReport.read("\(output).json").notes == notes)
    }
}
