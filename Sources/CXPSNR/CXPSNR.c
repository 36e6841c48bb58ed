#include "CXPSNR.h"

#include <stdlib.h>
#include <string.h>

// Plain loops that the compiler vectorizes. The baseline of x86-64 has only SSE2, so each loop also exists for AVX2, and
// the dynamic loader picks one.
#if defined(__x86_64__)
#define VECTORIZED __attribute__((target_clones("avx2", "default")))
#else
#define VECTORIZED
#endif

/// The first column, or row, of a plane that belongs to one of `to` cells.
static int edge(int place, int from, int to) { return (int)((uint32_t)place * (uint32_t)from / (uint32_t)to); }

#define Sample uint8_t
#define NAME(name) name##_8
#include "Loops.inc"
#undef Sample
#undef NAME

#define Sample uint16_t
#define NAME(name) name##_16
#include "Loops.inc"

static const uint8_t *row(reelpress_plane plane, int y, int x) {
    return plane.start + y * plane.stride + (ptrdiff_t)x * plane.bytes_per_sample;
}

/// Calls the loop for the plane's samples.
#define CALL(plane, name, ...) ((plane).bytes_per_sample == 1 ? name##_8(__VA_ARGS__) : name##_16(__VA_ARGS__))

uint64_t reelpress_squared_error(reelpress_plane one, reelpress_plane other, reelpress_area area) {
    // The sum of so many samples of 10 bits fits into 32 bits.
    enum { part = 2048 };
    uint64_t sum = 0;
    for (int y = area.top; y < area.bottom; y++)
        for (int x = area.left; x < area.right; x += part) {
            const int width = area.right - x < part ? area.right - x : part;
            sum += CALL(one, squared_error, row(one, y, x), row(other, y, x), width);
        }
    return sum;
}

uint64_t reelpress_spatial_activity(reelpress_plane plane, reelpress_area area) {
    uint64_t sum = 0;
    for (int y = area.top; y < area.bottom; y++)
        sum += CALL(plane, high_pass, row(plane, y, area.left), plane.stride, area.right - area.left);
    return sum;
}

uint64_t reelpress_coarse_spatial_activity(reelpress_plane plane, reelpress_area area) {
    uint64_t sum = 0;
    for (int y = area.top; y < area.bottom; y += 2)
        sum += CALL(plane, coarse_high_pass, row(plane, y, area.left), plane.stride, area.right - area.left);
    return sum;
}

uint64_t reelpress_temporal_activity(
    reelpress_plane now, reelpress_plane before, const reelpress_plane *earlier, reelpress_area area) {
    uint64_t sum = 0;
    const int x = area.left, width = area.right - area.left;
    for (int y = area.top; y < area.bottom; y++)
        sum += earlier ? CALL(now, second_difference, row(now, y, x), row(before, y, x), row(*earlier, y, x), width)
                       : CALL(now, difference, row(now, y, x), row(before, y, x), width);
    return sum;
}

uint64_t reelpress_coarse_temporal_activity(
    reelpress_plane now, reelpress_plane before, const reelpress_plane *earlier, reelpress_area area) {
    uint64_t sum = 0;
    const int x = area.left, width = area.right - area.left;
    for (int y = area.top; y < area.bottom; y += 2)
        sum += earlier ? CALL(now, coarse_second_difference, row(now, y, x), now.stride, row(before, y, x),
                              before.stride, row(*earlier, y, x), earlier->stride, width)
                       : CALL(now, coarse_difference, row(now, y, x), now.stride, row(before, y, x), before.stride,
                              width);
    return sum;
}

void reelpress_shrink(
    reelpress_plane plane, reelpress_area area, uint32_t *sums, void *result, int width, int height) {
    const int columns = area.right - area.left, rows = area.bottom - area.top;
    for (int y = 0; y < height; y++) {
        const int top = edge(y, rows, height), bottom = edge(y + 1, rows, height);
        memset(sums, 0, sizeof *sums * (size_t)columns);
        for (int line = top; line < bottom; line++)
            CALL(plane, add_row, row(plane, area.top + line, area.left), sums, columns);
        uint8_t *means = (uint8_t *)result + (ptrdiff_t)y * width * plane.bytes_per_sample;
        CALL(plane, means, sums, columns, (uint32_t)(bottom - top), means, width);
    }
}
