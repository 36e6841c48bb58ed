#ifndef REELPRESS_CFFMPEG_SHIM_H
#define REELPRESS_CFFMPEG_SHIM_H

// The only place that depends on the differences between FFmpeg 5.1 and 9, and wrappers for what Swift can't import:
// function-like macros, macros with casts, variadic functions.

#include <errno.h>
#include <libavcodec/ac3_parser.h>
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/base64.h>
#include <libavutil/avutil.h>
#include <libavutil/buffer.h>
#include <libavutil/crc.h>
#include <libavutil/dict.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/hdr_dynamic_metadata.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/stereo3d.h>
#include <libswscale/swscale.h>
#include <stdio.h>
#include <string.h>

// AVERROR and FFERRTAG are function-like macros.
static inline int reelpress_averror(int posix_error) { return AVERROR(posix_error); }
static const int reelpress_averror_eof = AVERROR_EOF;
static const int reelpress_averror_exit = AVERROR_EXIT;
static const int reelpress_averror_invaliddata = AVERROR_INVALIDDATA;

// These constants are macros with casts.
static const int64_t reelpress_no_pts = AV_NOPTS_VALUE;
static const int64_t reelpress_time_base = AV_TIME_BASE;
static const int reelpress_avseek_size = AVSEEK_SIZE;

// MKTAG is a function-like macro.
static inline uint32_t reelpress_fourcc(char a, char b, char c, char d) { return MKTAG(a, b, c, d); }

// Damaged frames of one decoder, counted by its log. AVFrame.decode_error_flags is set when a frame's decoding ends, which
// with frame threads can be after the frame was output, and some decoders never set it; but all of them log errors.
// Decoder threads have contexts of their own, which share AVCodecContext.opaque.
typedef struct reelpress_damage {
    int frames;
    struct {
        const void *context;
        int is_damaged;
    } slots[128];
} reelpress_damage;

static inline int *reelpress_damage_slot(reelpress_damage *damage, const void *context) {
    for (int i = 0; i < 127; i++) {
        const void *owner = __atomic_load_n(&damage->slots[i].context, __ATOMIC_ACQUIRE);
        if (!owner && __atomic_compare_exchange_n(
                &damage->slots[i].context, &owner, context, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) owner = context;
        if (owner == context) return &damage->slots[i].is_damaged;
    }
    return &damage->slots[127].is_damaged;
}

static inline int reelpress_signals_damage(const char *format) {
    static const char *const prefixes[] = {
        "concealing ",                   // error_resilience.c: MPEG-1, -2, -4, H.263, H.264, VC-1, WMV, RealVideo
        "Concealing bitstream errors",   // dvdec.c
        "slice CRC mismatch",            // ffv1dec.c
        "error dc", "error count", "error y=", "overread ", "ZRL overflow", "bitstream truncated", // mjpegdec.c
        "The cu_qp_delta",               // hevcdec.c
        " mismatching checksum of plane", "mismatching checksum of plane", // hevcdec.c, where the stream has hashes
    };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (!strncmp(format, prefixes[i], strlen(prefixes[i]))) return 1;
    return 0;
}

static inline void reelpress_note_damage(void *object, const char *format) {
    if (!object || !reelpress_signals_damage(format)) return;
    const AVClass *class_ = *(const AVClass *const *)object;
    if (!class_ || !class_->class_name || strcmp(class_->class_name, "AVCodecContext")) return;
    reelpress_damage *damage = (reelpress_damage *)((AVCodecContext *)object)->opaque;
    if (!damage) return;
    int *is_damaged = reelpress_damage_slot(damage, object);
    if (!__atomic_exchange_n(is_damaged, 1, __ATOMIC_ACQ_REL)) __atomic_add_fetch(&damage->frames, 1, __ATOMIC_RELAXED);
}

// What a demuxer logs; AVFormatContext.opaque points to it.
typedef struct reelpress_demuxer_log {
    // Errors, such as bytes skipped to resynchronize: no packet is flagged for them.
    int errors;
    // Streams at the last error: over max_streams, avformat_open_input frees the context before they can be counted.
    unsigned streams;
} reelpress_demuxer_log;

static inline void reelpress_note_demuxer_error(void *object) {
    const AVClass *class_ = object ? *(const AVClass *const *)object : NULL;
    if (!class_ || !class_->class_name || strcmp(class_->class_name, "AVFormatContext")) return;
    reelpress_demuxer_log *log = (reelpress_demuxer_log *)((AVFormatContext *)object)->opaque;
    if (!log) return;
    __atomic_add_fetch(&log->errors, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&log->streams, ((AVFormatContext *)object)->nb_streams, __ATOMIC_RELAXED);
}

static inline int reelpress_begin_frame(AVCodecContext *context, AVFrame *frame, int flags) {
    __atomic_store_n(
        reelpress_damage_slot((reelpress_damage *)context->opaque, context), 0, __ATOMIC_RELEASE);
    return avcodec_default_get_buffer2(context, frame, flags);
}

// Counts the damaged frames of a decoder that isn't open yet. The caller frees the result, after the context.
static inline reelpress_damage *reelpress_count_damaged_frames(AVCodecContext *context) {
    reelpress_damage *damage = (reelpress_damage *)av_mallocz(sizeof(reelpress_damage));
    if (!damage) return NULL;
    context->opaque = damage;
    context->get_buffer2 = reelpress_begin_frame;
#if LIBAVCODEC_VERSION_MAJOR < 60
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
    context->thread_safe_callbacks = 1;
    _Pragma("GCC diagnostic pop")
#endif
    return damage;
}

static inline int reelpress_damaged_frames(const reelpress_damage *damage) {
    return __atomic_load_n(&damage->frames, __ATOMIC_RELAXED);
}

// av_log_set_callback takes a va_list callback, which can't be written in Swift. The last message of level ERROR or worse
// is kept per thread: it has the details that the error code lacks. The storage is per translation unit: call these from
// one Swift file only (FFmpegLog.swift).
static inline char *reelpress_log_line(void) {
    static _Thread_local char line[256];
    return line;
}

static inline int *reelpress_log_to_stderr(void) {
    static int to_stderr;
    return &to_stderr;
}

static inline void reelpress_log_callback(void *object, int level, const char *format, va_list arguments) {
    if (level <= AV_LOG_INFO) reelpress_note_damage(object, format);
    if (level <= AV_LOG_ERROR) {
        reelpress_note_demuxer_error(object);
        va_list copy;
        va_copy(copy, arguments);
        vsnprintf(reelpress_log_line(), 256, format, copy);
        va_end(copy);
    }
    if (*reelpress_log_to_stderr()) av_log_default_callback(object, level, format, arguments);
}

static inline void reelpress_log_start(int to_stderr) {
    *reelpress_log_to_stderr() = to_stderr;
    av_log_set_level(to_stderr ? AV_LOG_VERBOSE : AV_LOG_ERROR);
    av_log_set_callback(reelpress_log_callback);
}

static inline const char *reelpress_log_last(void) { return reelpress_log_line(); }
static inline void reelpress_log_forget(void) { reelpress_log_line()[0] = 0; }

// avio_alloc_context's write callback takes a const pointer since libavformat 61.
typedef int (*reelpress_write_callback)(void *opaque, const uint8_t *bytes, int count);

static inline AVIOContext *reelpress_avio_writer(
    unsigned char *buffer, int size, void *opaque, reelpress_write_callback write,
    int64_t (*seek)(void *opaque, int64_t offset, int whence)
) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
    return avio_alloc_context(buffer, size, 1, opaque, NULL, write, seek);
#else
    return avio_alloc_context(buffer, size, 1, opaque, NULL, (int (*)(void *, uint8_t *, int))write, seek);
#endif
}

// No demuxer may open another file or URL: only the given object can be read.
static inline int reelpress_refuse_io_open(
    AVFormatContext *context, AVIOContext **io, const char *url, int flags, AVDictionary **options
) {
    (void)context; (void)url; (void)flags; (void)options;
    *io = NULL;
    return AVERROR(EPERM);
}

static inline void reelpress_refuse_other_files(AVFormatContext *context) {
    context->io_open = reelpress_refuse_io_open;
}

// The first Opus packets have negative timestamps because of the codec delay. Matroska stores that delay apart from
// timestamps, which aren't negative: the muxer adds the delay to them since libavformat 61, before that its caller must.
static inline int reelpress_matroska_adds_codec_delay(void) { return LIBAVFORMAT_VERSION_MAJOR >= 61; }

// Matroska supports every audio codec with a WAVE format tag, but avformat_query_codec doesn't report it.
// avformat_get_riff_audio_tags returns a table that Swift imports as an opaque pointer.
static inline int reelpress_has_wave_tag(enum AVCodecID codec) {
    const struct AVCodecTag *const tables[] = { avformat_get_riff_audio_tags(), NULL };
    return av_codec_get_tag(tables, codec) != 0;
}

// AVCodecParameters.framerate came with libavcodec 60.31.
static inline AVRational reelpress_parameters_frame_rate(const AVCodecParameters *parameters) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
    return parameters->framerate;
#else
    (void)parameters;
    return (AVRational){0, 1};
#endif
}

static inline void reelpress_set_parameters_frame_rate(AVCodecParameters *parameters, AVRational rate) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
    parameters->framerate = rate;
#else
    (void)parameters;
    (void)rate;
#endif
}

// Side data of a stream moved from AVStream to AVCodecParameters in libavformat 60.15.
#define REELPRESS_CODED_SIDE_DATA (LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100))

static inline const uint8_t *reelpress_stream_side_data(
    const AVStream *stream, enum AVPacketSideDataType type, size_t *size
) {
#if REELPRESS_CODED_SIDE_DATA
    const AVPacketSideData *found = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    *size = found ? found->size : 0;
    return found ? found->data : NULL;
#else
    *size = 0;
    return av_stream_get_side_data(stream, type, size);
#endif
}

static inline int reelpress_add_stream_side_data(
    AVStream *stream, enum AVPacketSideDataType type, const uint8_t *bytes, size_t size
) {
    uint8_t *copy = (uint8_t *)av_memdup(bytes, size);
    if (!copy) return AVERROR(ENOMEM);
#if REELPRESS_CODED_SIDE_DATA
    if (!av_packet_side_data_add(
            &stream->codecpar->coded_side_data, &stream->codecpar->nb_coded_side_data, type, copy, size, 0)) {
        av_free(copy);
        return AVERROR(ENOMEM);
    }
    return 0;
#else
    int result = av_stream_add_side_data(stream, type, copy, size);
    if (result < 0) av_free(copy);
    return result;
#endif
}

// AVFrame.pkt_duration became AVFrame.duration in libavutil 57.30.
static inline void reelpress_set_frame_duration(AVFrame *frame, int64_t duration) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    frame->duration = duration;
#else
    frame->pkt_duration = duration;
#endif
}

static inline int64_t reelpress_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

// AVFrame.interlaced_frame became a flag in libavutil 58.7.
static inline int reelpress_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

// AVFrame.top_field_first became a flag in libavutil 58.7.
static inline int reelpress_frame_is_top_field_first(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
    return frame->top_field_first;
#endif
}

static inline void reelpress_mark_frame_interlaced(AVFrame *frame, int top_field_first) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags |= AV_FRAME_FLAG_INTERLACED | (top_field_first ? AV_FRAME_FLAG_TOP_FIELD_FIRST : 0);
#else
    frame->interlaced_frame = 1;
    frame->top_field_first = top_field_first;
#endif
}

static inline void reelpress_mark_frame_progressive(AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
    frame->interlaced_frame = 0;
    frame->top_field_first = 0;
#endif
}

// Filters negotiate colour space and range since libavfilter 10: if a source specifies none, its frames would be converted.
static inline int reelpress_describe_filter_source(
    AVFilterContext *source, const AVFrame *frame, AVRational time_base, AVRational sample_aspect_ratio
) {
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    if (!parameters) return AVERROR(ENOMEM);
    parameters->format = frame->format;
    parameters->width = frame->width;
    parameters->height = frame->height;
    parameters->time_base = time_base;
    parameters->sample_aspect_ratio = sample_aspect_ratio;
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(10, 0, 100)
    parameters->color_space = frame->colorspace;
    parameters->color_range = frame->color_range;
#endif
    int result = av_buffersrc_parameters_set(source, parameters);
    av_free(parameters);
    return result;
}

// SwsContext is a public structure since libswscale 9 and was opaque before, so that Swift imports pointers to it
// differently; as a member of a structure it has the type that libswscale's functions take. Its flags are an enumeration
// since then, and were macros.
typedef struct reelpress_scaler { struct SwsContext *context; } reelpress_scaler;

static inline reelpress_scaler reelpress_new_scaler(void) {
    reelpress_scaler scaler = { sws_alloc_context() };
    return scaler;
}

static const int reelpress_scaler_flags = SWS_LANCZOS | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP;

// libavcodec 63 has no identifiers of v308, v408 and v410 any more: they are raw video there.
static inline int reelpress_is_packed_yuv(enum AVCodecID codec) {
#if LIBAVCODEC_VERSION_MAJOR < 63
    return codec == AV_CODEC_ID_V308 || codec == AV_CODEC_ID_V408 || codec == AV_CODEC_ID_V410;
#else
    (void)codec;
    return 0;
#endif
}

// The mov muxer of FFmpeg 7.1 takes frames that hold two views for layers of HEVC, unless nothing is said about the views,
// and writes a box `vexu` then, which hides the layout that its box `st3d` gives.
static inline void reelpress_forget_layers(AVStereo3D *stereo) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(59, 39, 100)
    stereo->view = AV_STEREO3D_VIEW_UNSPEC;
    stereo->primary_eye = AV_PRIMARY_EYE_NONE;
    stereo->baseline = 0;
    stereo->horizontal_disparity_adjustment.num = 0;
#else
    (void)stereo;
#endif
}

static inline int reelpress_channel_count(const AVCodecParameters *parameters) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 24, 100)
    return parameters->ch_layout.nb_channels;
#else
    return parameters->channels;
#endif
}

static inline int reelpress_frame_channels(const AVFrame *frame) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 24, 100)
    return frame->ch_layout.nb_channels;
#else
    return frame->channels;
#endif
}

#endif
