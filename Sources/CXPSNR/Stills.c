#include "CXPSNR.h"

#include <string.h>

// The dynamic loader picks the loop for this processor, as in CXPSNR.c.
#if defined(__x86_64__)
#define VECTORIZED __attribute__((target_clones("avx2", "default")))
#else
#define VECTORIZED
#endif

VECTORIZED
static void add_row_8(const uint8_t *restrict row, uint32_t *restrict sums, int width) {
    for (int x = 0; x < width; x++) sums[x] += row[x];
}

VECTORIZED
static void add_row_16(const uint16_t *restrict row, uint32_t *restrict sums, int width) {
    for (int x = 0; x < width; x++) sums[x] += row[x];
}

/// The first column, or row, of the source that belongs to one of the result.
static uint32_t edge(int place, int from, int to) { return (uint32_t)place * (uint32_t)from / (uint32_t)to; }

void reelpress_shrink(
    reelpress_plane plane, reelpress_area area, uint32_t *sums, void *result, int width, int height) {
    const int columns = area.right - area.left, rows = area.bottom - area.top;
    for (int y = 0; y < height; y++) {
        const uint32_t top = edge(y, rows, height), bottom = edge(y + 1, rows, height);
        memset(sums, 0, sizeof *sums * (size_t)columns);
        for (uint32_t row = top; row < bottom; row++) {
            const uint8_t *start =
                plane.start + ((ptrdiff_t)area.top + row) * plane.stride + (ptrdiff_t)area.left * plane.bytes_per_sample;
            if (plane.bytes_per_sample == 1)
                add_row_8(start, sums, columns);
            else
                add_row_16((const uint16_t *)start, sums, columns);
        }
        uint32_t left = 0;
        for (int x = 0; x < width; x++) {
            const uint32_t right = edge(x + 1, columns, width);
            uint32_t sum = 0;
            for (uint32_t column = left; column < right; column++) sum += sums[column];
            const uint32_t count = (right - left) * (bottom - top);
            const uint32_t mean = (sum + count / 2) / count;
            const size_t place = (size_t)y * (size_t)width + (size_t)x;
            if (plane.bytes_per_sample == 1)
                ((uint8_t *)result)[place] = (uint8_t)mean;
            else
                ((uint16_t *)result)[place] = (uint16_t)mean;
            left = right;
        }
    }
}
