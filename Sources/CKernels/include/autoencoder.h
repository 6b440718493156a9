#ifndef FEATHERWEIGHT_AUTOENCODER_H
#define FEATHERWEIGHT_AUTOENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "dense.h"

// Training steps of dense layers in which every weight and its optimiser's state cross memory once, as read and written
// blocks.
//
// Two layouts hold a batch. 'Rows': one vector per row, as samples lie. 'Lanes': [columns, lanes], a batch's rows side
// by side, `lanes` the number of rows rounded up to a multiple of FW_LANES. A dot product is then one chain of fma for
// each row of the batch, and nothing is summed across a vector. So AVX-512, AVX2 and portable code give the same bits.

// How a gradient g becomes a step.
//
// sgd: weight -= rate g. Momentum: first = momentum first + g, weight -= rate first. Adam: first = beta1 first + g,
// second = beta2 second + g^2, weight -= rate first / (scale sqrt(second) + epsilon).
typedef struct {
  fw_rule_kind kind;
  float
      rate;  // Adam: times (1 - beta1) / (1 - beta1^step), which makes a mean of the sum `first` and corrects its bias
  float momentum;
  float beta1;
  float beta2;
  float scale;  // the root of (1 - beta2) / (1 - beta2^step), likewise
  float epsilon;
} fw_step;

// A dense layer's weights [outputs, inputs] followed by its biases [outputs]; first and second are the state of its
// optimiser in the same order, where the rule has one.
typedef struct {
  float *weight;
  float *first;
  float *second;
  size_t outputs;
  size_t inputs;
} fw_trained_layer;

// A batch as a layer sees it.
typedef struct {
  const float *const *input;  // rows: [count] vectors of the layer's inputs
  float *lanes;               // the same as lanes, [inputs, width]
  size_t count;
  size_t width;
} fw_batch;

// One block of a layer's columns: the step for one batch and the outputs for another, each only if asked for.
typedef struct {
  fw_trained_layer layer;
  size_t begin;
  size_t end;
  size_t part;  // columns whose batch stays in the second-level cache while all outputs pass over them: taken at a time
  fw_step step;
  fw_batch stepped;
  const float *delta;     // lanes: the loss's gradient at the outputs; NULL takes no step
  float *input_gradient;  // rows [count, inputs rounded up to FW_LANES]: the block's columns are added to; NULL where
                          // not wanted
  fw_batch computed;
  float *output;  // lanes: this block's share of weight . input, before any bias; NULL computes none
  bool gathers;   // whether `computed` has its rows only: the block's lanes are written first
} fw_columns;

// Per tile of outputs: gradient of the inputs with the old weights, step, then outputs with the new ones. Biases are
// left alone.
void fw_columns_pass(fw_instruction_set instructions, const fw_columns *columns);

// The step of a layer's biases: their gradient is delta summed from the first row on.
void fw_bias_step(const fw_trained_layer *layer, const fw_step *step, const float *delta, size_t width);

// One block of the outputs of a last, linear layer under the mean squared error.
typedef struct {
  fw_trained_layer layer;
  size_t begin;
  size_t end;
  fw_step step;
  fw_batch batch;
  const float *target;    // lanes
  float slope;            // the loss's gradient is slope (output - target)
  float *delta;           // lanes, room for FW_TILE outputs
  float *input_gradient;  // rows: this block's share, written; NULL where not wanted
  bool steps;             // whether gradients and steps are wanted, or the loss alone
} fw_outputs;

// Outputs that are computed, compared and stepped before the next ones are begun.
enum { FW_TILE = 32 };

// Per tile of outputs: output, error, gradient of the inputs with the old weights, step of weights and biases.
//
// Returns the sum of the squared errors: in each lane over the outputs in order, then over the lanes.
double fw_outputs_pass(fw_instruction_set instructions, const fw_outputs *outputs);

#endif
