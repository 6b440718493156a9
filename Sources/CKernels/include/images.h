#ifndef FEATHERWEIGHT_IMAGES_H
#define FEATHERWEIGHT_IMAGES_H

#include <stddef.h>

// sum += part.
void fw_add(float *sum, const float *part, size_t count);

// A max-pool of images that lie as [planes, height, width, lanes]: lanes is a block of channels, or 1 in a plain
// layout.
typedef struct {
  size_t planes;
  size_t height;
  size_t width;
  size_t lanes;
  size_t output_height;
  size_t output_width;
  size_t side;
  size_t stride;
} fw_pool;

// What a pool's way back reads and writes: its input and output, the loss's gradient delta at the output, and that at
// the input.
typedef struct {
  const float *input;
  const float *output;
  const float *delta;
  float *gradient;
} fw_pool_arrays;

// output = the largest of each square of the input, or 0 where that is negative and the output is rectified; NaN where
// the square has one.
void fw_pool_forward(fw_pool pool, const float *input, float *output, int isRectified);

// The gradient of each output, 0 where the rectified output is not positive, goes to the first element of its square
// that is the largest.
void fw_pool_backward(fw_pool pool, fw_pool_arrays arrays, int isRectified);

#endif
