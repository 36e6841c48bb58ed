#include "CXPSNR.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Plain loops that the compiler vectorizes. The baseline of x86-64 has only SSE2, so each loop also exists for AVX2, and
// the dynamic loader picks one.
#if defined(__x86_64__)
#define VECTORIZED __attribute__((target_clones("avx2", "default")))
#else
#define VECTORIZED
#endif
#define INLINE static inline __attribute__((always_inline))

/// The first column, or row, of a plane that belongs to one of `to` cells.
static int edge(int place, int from, int to) { return (int)((uint32_t)place * (uint32_t)from / (uint32_t)to); }

/// A value between 0 and 1.
INLINE float share(float value) {
    value = value < 0 ? 0 : value;
    return value > 1 ? 1 : value;
}

/// The byte of a value between 0 and 1.
INLINE uint8_t byte(float value) { return (uint8_t)(int)(share(value) * 255 + 0.5f); }

/// Division by a number of samples as a multiplication: exact for sums of less than 32,768 samples of 10 bits.
struct divisor {
    uint64_t half, factor;
};
enum { divisor_shift = 40 };

static struct divisor divisor(uint64_t count) {
    return (struct divisor){count / 2, ((1ull << divisor_shift) - 1) / count + 1};
}

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
    enum { side = 2048 };
    uint64_t sum = 0;
    for (int left = area.left; left < area.right; left += side) {
        const int width = area.right - left < side ? area.right - left : side;
        reelpress_plane a = one, b = other;
        a.start = row(one, 0, left);
        b.start = row(other, 0, left);
        reelpress_squared_errors(a, b, (reelpress_area){0, area.top, width, area.bottom}, side, &sum);
    }
    return sum;
}

void reelpress_squared_errors(
    reelpress_plane one, reelpress_plane other, reelpress_area area, int side, uint64_t *sums) {
    CALL(one, squared_errors, one, other, area, side, sums);
}

void reelpress_spatial_activities(reelpress_plane plane, reelpress_area area, int side, uint64_t *sums) {
    CALL(plane, spatial_activities, plane, area, side, sums);
}

void reelpress_coarse_spatial_activities(reelpress_plane plane, reelpress_area area, int side, uint64_t *sums) {
    CALL(plane, coarse_spatial_activities, plane, area, side, sums);
}

void reelpress_temporal_activities(
    reelpress_plane now, reelpress_plane before, const reelpress_plane *earlier, reelpress_area area, int side,
    uint64_t *sums) {
    CALL(now, temporal_activities, now, before, earlier, area, side, sums);
}

void reelpress_coarse_temporal_activities(
    reelpress_plane now, reelpress_plane before, const reelpress_plane *earlier, reelpress_area area, int side,
    uint64_t *sums) {
    CALL(now, coarse_temporal_activities, now, before, earlier, area, side, sums);
}

void reelpress_shrink(
    reelpress_plane plane, reelpress_area area, uint32_t *sums, void *result, int width, int height) {
    const int columns = area.right - area.left, rows = area.bottom - area.top;
    const int least = columns / width;
    for (int y = 0; y < height; y++) {
        const int top = edge(y, rows, height), bottom = edge(y + 1, rows, height);
        memset(sums, 0, sizeof *sums * (size_t)columns);
        for (int line = top; line < bottom; line++)
            CALL(plane, add_row, row(plane, area.top + line, area.left), sums, columns);
        uint8_t *means = (uint8_t *)result + (ptrdiff_t)y * width * plane.bytes_per_sample;
        const uint64_t lines = (uint64_t)(bottom - top);
        const struct divisor divisors[2] = {divisor(least * lines), divisor((least + 1) * lines)};
        CALL(plane, means, sums, columns, divisors, means, width);
    }
}

void reelpress_jpeg_colors(
    const void *luma, const void *cb, const void *cr, int bytes_per_sample, int width, reelpress_matrix matrix,
    float *parts, uint8_t *y, uint8_t *u, uint8_t *v) {
    if (bytes_per_sample == 1)
        jpeg_colors_8(luma, cb, cr, width, matrix, parts, y, u, v);
    else
        jpeg_colors_16(luma, cb, cr, width, matrix, parts, y, u, v);
}
