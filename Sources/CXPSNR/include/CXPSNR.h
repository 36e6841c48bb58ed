#ifndef REELPRESS_CXPSNR_H
#define REELPRESS_CXPSNR_H

#include <stddef.h>
#include <stdint.h>

/// One plane of samples of 8 bits (1 byte each) or of 10 bits (2 bytes each, in the machine's byte order). `stride` is in
/// bytes; with 0 every row is the same.
typedef struct {
    const uint8_t *start;
    ptrdiff_t stride;
    int bytes_per_sample;
} reelpress_plane;

/// A part of a plane: columns `left` to `right`, rows `top` to `bottom`, both without the last.
typedef struct {
    int left, top, right, bottom;
} reelpress_area;

// All sums are of integers: they are the same whichever instructions the processor has.

/// The sum of squared differences of two planes.
uint64_t reelpress_squared_error(reelpress_plane one, reelpress_plane other, reelpress_area area);

// The functions below add to one sum for each block: columns 0 to `side` - 1 of the plane belong to the first, the next
// `side` columns to the second, and so on, as far as they are in the area. They go through the area row by row, not block
// by block: the processor fetches rows ahead.

/// Squared differences of two planes.
void reelpress_squared_errors(
    reelpress_plane one, reelpress_plane other, reelpress_area area, int side, uint64_t *sums);

/// |16 c - s|, where c is a sample and s its neighbourhood of 3 by 3 samples, weighted 1 2 1 in both directions. The area
/// must be at least one sample away from the plane's edges.
void reelpress_spatial_activities(reelpress_plane plane, reelpress_area area, int side, uint64_t *sums);

/// The same for squares of 2 by 2 samples within 6 by 6: the high-pass of large frames. Left, top, right, bottom and side
/// are even, and the area is at least two samples away from the plane's edges.
void reelpress_coarse_spatial_activities(reelpress_plane plane, reelpress_area area, int side, uint64_t *sums);

/// Absolute differences of successive frames: of `now` and `before`, or, with `earlier` (which may be null), of those two
/// differences.
void reelpress_temporal_activities(
    reelpress_plane now, reelpress_plane before, const reelpress_plane *earlier, reelpress_area area, int side,
    uint64_t *sums);

/// The same for sums of 2 by 2 samples. The sides of area and blocks are even.
void reelpress_coarse_temporal_activities(
    reelpress_plane now, reelpress_plane before, const reelpress_plane *earlier, reelpress_area area, int side,
    uint64_t *sums);

/// Shrinks an area: each sample of the result is the mean of those of its cell, which has less than 32,768. `width` and
/// `height` are at most the area's.
///
/// `sums` has room for a row of the area, `result` for all samples, row by row without gaps, as wide as the plane's and
/// aligned for them.
void reelpress_shrink(
    reelpress_plane plane, reelpress_area area, uint32_t *sums, void *result, int width, int height);

/// How code values become red, green and blue: black, the range from there to white, the middle and the range of chroma,
/// and what a share of chroma adds to each colour (taken away from green).
typedef struct {
    float black, luma_range, middle, chroma_range;
    float red, green_cr, green_cb, blue;
} reelpress_matrix;

/// A row of an SDR image of 4:2:0 in JPEG's colours (BT.601, full range, 4:4:4).
///
/// `cb` and `cr` have half as many samples as `luma`, rounded up; `parts` has room for 3 · (width + 1) values.
void reelpress_jpeg_colors(
    const void *luma, const void *cb, const void *cr, int bytes_per_sample, int width, reelpress_matrix matrix,
    float *parts, uint8_t *y, uint8_t *u, uint8_t *v);

#endif
