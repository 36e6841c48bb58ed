/// Takes the JPEG encoder away from a program, which then makes no images of frames: the worker without the snapshots of
/// its page, for Benchmarks/page.py. Loaded with LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libavcodec/codec.h>

const AVCodec *avcodec_find_encoder(enum AVCodecID id) {
    if (id == AV_CODEC_ID_MJPEG) return NULL;
    const AVCodec *(*find)(enum AVCodecID) = (const AVCodec *(*)(enum AVCodecID))dlsym(RTLD_NEXT, "avcodec_find_encoder");
    return find(id);
}
