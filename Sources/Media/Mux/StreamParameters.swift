import CFFmpeg
import Containers
import Findings

extension AVCodecParameters {
    mutating func setColor(_ color: ColorDescription) {
        color_primaries = AVColorPrimaries(UInt32(color.primaries))
        color_trc = AVColorTransferCharacteristic(UInt32(color.transfer))
        color_space = AVColorSpace(UInt32(color.matrix))
        color_range = color.isFullRange == true ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        chroma_location = AVChromaLocation(UInt32((color.chromaLocation ?? -1) + 1))
    }
}

extension UnsafeMutablePointer<AVStream> {
    /// Signals HDR and Dolby Vision in the container.
    func setHDR(_ video: VideoPlan) throws {
        if let display = video.hdr.masteringDisplay { try setSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, display) }
        if let light = video.hdr.contentLight { try setSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, light) }
        if let dolbyVision = video.dolbyVision, dolbyVision.isKept {
            let record = try dolbyVision.record(video.paddedSize, frameRate: video.frameRate)
            try setSideData(AV_PKT_DATA_DOVI_CONF, record)
        }
    }

    /// Makes a cover an attached file, as Matroska stores it: its image moves from a packet to the stream itself.
    func makeAttachment(of image: [UInt8]) throws {
        guard let parameters = pointee.codecpar else { return }
        parameters.pointee.codec_type = AVMEDIA_TYPE_ATTACHMENT
        pointee.disposition = 0
        try parameters.setExtradata(image)
        let (name, type) =
            switch parameters.pointee.codec_id {
            case AV_CODEC_ID_PNG: ("cover.png", "image/png")
            case AV_CODEC_ID_BMP: ("cover.bmp", "image/bmp")
            default: ("cover.jpg", "image/jpeg")
            }
        if tag("filename", in: pointee.metadata) == nil { av_dict_set(&pointee.metadata, "filename", name, 0) }
        if tag("mimetype", in: pointee.metadata) == nil { av_dict_set(&pointee.metadata, "mimetype", type, 0) }
    }
}

extension UnsafeMutablePointer<AVFormatContext> {
    /// Adds chapters; libavformat frees them with the context.
    func add(_ chapters: [ContainerDescription.Chapter]) throws {
        guard !chapters.isEmpty else { return }
        let list = try allocated(
            av_calloc(chapters.count, MemoryLayout<UnsafeMutablePointer<AVChapter>?>.stride), "chapters", .mux)
        pointee.chapters = list.assumingMemoryBound(to: UnsafeMutablePointer<AVChapter>?.self)
        for chapter in chapters {
            let copy = try allocated(av_mallocz(MemoryLayout<AVChapter>.stride), "a chapter", .mux)
                .assumingMemoryBound(to: AVChapter.self)
            copy.pointee.id = chapter.identifier
            copy.pointee.time_base = chapter.timeBase.libav
            copy.pointee.start = chapter.start
            copy.pointee.end = chapter.end
            setTags(chapter.tags, in: &copy.pointee.metadata)
            pointee.chapters[Int(pointee.nb_chapters)] = copy
            pointee.nb_chapters += 1
        }
    }
}

/// Adds metadata entries. Source: FFmpeg, "libavutil/dict.h".
func setTags(_ tags: [Tag], in metadata: inout OpaquePointer?) {
    for tag in tags { av_dict_set(&metadata, tag.name, tag.value, 0) }
}
