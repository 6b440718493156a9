#ifndef FEATHERWEIGHT_CKERNELS_H
#define FEATHERWEIGHT_CKERNELS_H

#include <stddef.h>

// Kernels that the compiler must specialise for the processor's vector instructions, chosen when first called.
//
// Every element is computed by the same operations in the same order whatever the width of a vector: multiplications and additions
// are fused where the source says fma and nowhere else, and nothing is summed across the lanes of a vector. So AVX-512, AVX2 and
// portable code give the same bits.

// One dense layer's weights [outputs, inputs] with the state of its optimiser, of the same shape.
typedef struct {
  float *weight;
  float *first;   // Adam's mean, or the momentum's velocity
  float *second;  // Adam's mean square; unused by SGD
  size_t outputs;
  size_t inputs;
} fw_dense_weights;

// The batch that a step is taken for: delta [rows, outputs] is the loss's gradient at the layer's outputs, input [rows, inputs] what
// the layer saw.
typedef struct {
  const float *delta;
  const float *input;
  size_t rows;
} fw_dense_batch;

typedef struct {
  float beta1;
  float rest1;  // 1 - beta1
  float beta2;
  float rest2;  // 1 - beta2
  float step;   // learning rate over the first moment's bias correction
  float scale;  // 1 / square root of the second moment's bias correction
  float epsilon;
} fw_adam;

// gradient = deltaT . input, summed from row 0 on; Adam's step with it. The gradient is never stored: each of its elements is used
// while it is in a register.
void fw_dense_adam(fw_dense_weights weights, fw_dense_batch batch, fw_adam rule);

// The same with v = momentum v + gradient, weight -= rate v.
void fw_dense_momentum(fw_dense_weights weights, fw_dense_batch batch, float rate, float momentum);

// values = 0 where they are negative; NaN stays.
void fw_rectify(float *values, size_t count);

// delta = 0 where the rectified output is not positive.
void fw_rectify_gradient(float *delta, const float *output, size_t count);

// sum += part.
void fw_add(float *sum, const float *part, size_t count);

// A max-pool of images that lie as [planes, height, width, lanes]: lanes is a block of channels, or 1 in a plain layout.
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

// What a pool's way back reads and writes: its input and output, the loss's gradient delta at the output, and that at the input.
typedef struct {
  const float *input;
  const float *output;
  const float *delta;
  float *gradient;
} fw_pool_arrays;

// output = the largest of each square of the input, or 0 where that is negative and the output is rectified; NaN where the square
// has one.
void fw_pool_forward(fw_pool pool, const float *input, float *output, int isRectified);

// The gradient of each output, 0 where the rectified output is not positive, goes to the first element of its square that is the
// largest.
void fw_pool_backward(fw_pool pool, fw_pool_arrays arrays, int isRectified);

#endif
