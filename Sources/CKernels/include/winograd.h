#ifndef FEATHERWEIGHT_WINOGRAD_H
#define FEATHERWEIGHT_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>

#include "instructions.h"

// Convolutions with 3x3 squares that move by one pixel, by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray
// 2015, arXiv:1509.09308): a tile of 4x4 outputs takes 36 products a pair of channels instead of 144, those of the 36
// places of the transformed inputs and weights. All products of a place are one matrix product over the channels.
//
// Images lie in blocks of sixteen channels, [images, channels / 16, height, width, 16], the last block filled up with
// zeros. Sums over channels are one chain of fma from the first channel on, sums over tiles one from the first tile on.

enum {
  fw_winograd_places = 36,
  fw_winograd_block = 64,  // tiles that are transformed and multiplied at a time, so that they stay in the cache
};

typedef struct {
  size_t channels;
  size_t height;
  size_t width;
} fw_planes;

typedef struct {
  size_t images;
  fw_planes source;
  fw_planes destination;
  ptrdiff_t padding;  // lines of zeros before the source's first; negative where its first ones are left out
} fw_winograd;

// Weights [outputs, inputs, 3, 3]; turned by half a circle, with inputs for outputs, for the gradient of the inputs.
typedef struct {
  size_t outputs;
  size_t inputs;
  bool is_turned;
} fw_winograd_weights;

// Floats from one place's numbers of `tiles` tiles to the next one's: a line more than they take, so that a tile's 36
// places do not meet in the same sets of a cache.
static inline size_t fw_winograd_step(size_t tiles, fw_planes planes) {
  return tiles * fw_whole_lanes(planes.channels) + FW_LANES;
}

// Floats of scratch that a pass takes: of a block's tiles, the source's and the destination's transforms.
static inline size_t fw_winograd_scratch(fw_winograd w) {
  return fw_winograd_places *
         (fw_winograd_step(fw_winograd_block, w.source) + fw_winograd_step(fw_winograd_block, w.destination));
}

// Floats of transformed weights, or of their gradient.
static inline size_t fw_winograd_room(fw_winograd_weights w) {
  return fw_winograd_places * fw_whole_lanes(w.inputs) * fw_whole_lanes(w.outputs);
}

#endif
