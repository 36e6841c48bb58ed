#ifndef REELPRESS_CX265_SHIM_H
#define REELPRESS_CX265_SHIM_H

#include <stdio.h>
#include <x265.h>

/// x265_api_get is a macro that pastes the build number into the symbol's name; Swift doesn't import it.
static inline const x265_api *reelpress_x265_api_get(int bit_depth) {
    return x265_api_get(bit_depth);
}

/// The layouts that this program was compiled against. x265.h asks every user of x265_api to compare them with the
/// library's own before touching a structure. sizeof of a C type in Swift would leave out tail padding.
static inline int reelpress_x265_layout_matches(const x265_api *api) {
    return api->api_major_version == X265_MAJOR_VERSION && api->api_build_number == X265_BUILD
        && api->sizeof_param == (int)sizeof(x265_param) && api->sizeof_picture == (int)sizeof(x265_picture)
        && api->sizeof_stats == (int)sizeof(x265_stats);
}

/// Opens an encoder; x265's log goes to `log` instead of standard error.
///
/// x265 measures PSNR and SSIM only where its log level is INFO or above, and writes its log straight to the C library's
/// `stderr`; there is no other way to measure without that log. Only one thread may call this at a time.
static inline x265_encoder *reelpress_x265_open(const x265_api *api, x265_param *param, char *log, size_t size) {
    FILE *usual = stderr;
    FILE *caught = fmemopen(log, size, "w");
    if (caught) stderr = caught;
    x265_encoder *encoder = api->encoder_open(param);
    stderr = usual;
    if (caught) fclose(caught);
    log[size - 1] = 0;
    return encoder;
}

/// Closes an encoder; its summary is discarded, for the reason above.
static inline void reelpress_x265_close(const x265_api *api, x265_encoder *encoder) {
    char log[4096];
    FILE *usual = stderr;
    FILE *caught = fmemopen(log, sizeof(log), "w");
    if (caught) stderr = caught;
    api->encoder_close(encoder);
    stderr = usual;
    if (caught) fclose(caught);
}

/// Encodes one picture (NULL flushes). Since build 210 the library writes an array of output pictures, one per layer,
/// and between builds 210 and 212 through a pointer to that array; a single-layer encode uses its first entry.
static inline int reelpress_x265_encode(
    const x265_api *api, x265_encoder *encoder, x265_nal **nals, uint32_t *nal_count, x265_picture *in,
    x265_picture *out
) {
#if X265_BUILD >= 210 && X265_BUILD < 213
    x265_picture layers[8];
    x265_picture *pointers[8];
    for (int i = 0; i < 8; i++) pointers[i] = &layers[i];
    pointers[0] = out;
    return api->encoder_encode(encoder, nals, nal_count, in, pointers);
#else
    return api->encoder_encode(encoder, nals, nal_count, in, out);
#endif
}

#endif
