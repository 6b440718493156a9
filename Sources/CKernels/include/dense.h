#ifndef FEATHERWEIGHT_DENSE_H
#define FEATHERWEIGHT_DENSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instructions.h"
#include "winograd.h"

// Asks for memory that will be read soon.
static inline void fw_fetch(const void *place) { __builtin_prefetch(place, 0, 2); }

// A row's inputs are looked at in blocks of sixteen; a word says of 64 of them which are not blank.
enum { fw_filled_block = 16, fw_filled_word = 64 * fw_filled_block };

// Rows of inputs, wherever they lie.
typedef struct {
  const float *const *row;  // [count] addresses
  // [count, words] of each row a bit for each of its whole blocks of sixteen, set unless all in it are zero; NULL where
  // that is not known. There is a word for each fw_filled_word inputs, the last one's rest included.
  const uint64_t *filled;
} fw_rows;

// What a dense layer's step is taken for: its inputs' rows and the loss's gradient at its outputs.
typedef struct {
  const float *delta;  // [count, outputs]
  fw_rows input;
  fw_rows ahead;  // as many rows that will be read soon after and are fetched meanwhile, or the same ones
  size_t count;
} fw_dense_rows;

// One dense layer: weights [outputs, inputs], also by the addresses of their rows, and biases [outputs].
typedef struct {
  const float *weight;
  const float *const *row;
  const float *bias;
  size_t outputs;
  size_t inputs;
} fw_layer;

// Parameters with the state of their optimiser, all of the same shape.
typedef struct {
  float *weight;
  float *first;       // Adam's mean, or the momentum's velocity
  float *second;      // Adam's mean square
  const float *pull;  // what the rule's pull is towards or by; NULL where the gradient is used as it is
} fw_state;

typedef struct {
  float beta1;
  float rest1;  // 1 - beta1
  float beta2;
  float rest2;  // 1 - beta2
  float step;   // learning rate over the first moment's bias correction
  float scale;  // 1 / square root of the second moment's bias correction
  float epsilon;
} fw_adam;

typedef enum {
  fw_rule_store,     // weight = g: no step, the gradient is wanted
  fw_rule_sgd,       // weight -= rate g
  fw_rule_momentum,  // v = momentum v + g, weight -= rate v
  fw_rule_adam
} fw_rule_kind;

// What is done with a gradient g.
typedef struct {
  fw_rule_kind kind;
  float rate;
  float momentum;
  fw_adam adam;
  // Where the state has a pull, the gradient becomes g + pull_rate (pull_share weight - pull), each product by fma.
  float pull_rate;
  float pull_share;
} fw_rule;

typedef struct {
  double loss;
  size_t correct;
} fw_score;

// The kernels of one instruction set.
typedef struct {
  // output [rows, outputs] = input . weightT + bias.
  //
  // Blocks that are known to be blank in all rows of a tile are left out: they would add zeros.
  //
  // Order of a sum: inputs are taken in blocks of 1024. Within a block, lane l of sixteen sums the products at l, l +
  // 16, ... by fma; then lanes i and i + 8 are added, i and i + 4, i and i + 2, i and i + 1. The blocks' sums are added
  // to the bias one after the other.
  void (*dense_forward)(fw_rows input, size_t rows, fw_layer layer, float *output);

  // result [rows, inputs] = delta [rows, outputs] . weight, summed by fma from output 0 on.
  void (*dense_backward)(const float *delta, size_t rows, fw_layer layer, float *result);

  // Gradients of the weights, deltaT . input summed by fma, and of the biases, column sums of delta, both from row 0
  // on and without blocks that are known to be blank; `rule` uses them while they are in registers.
  void (*dense_step)(fw_dense_rows batch, fw_layer layer, fw_rule rule, fw_state weight, fw_state bias);

  // The same with a gradient that is there already.
  void (*step)(fw_rule rule, fw_state state, const float *gradient, size_t count);

  // x = x < 0 ? slope x : x.
  void (*rectify)(float *x, size_t count, float slope);

  // delta = y > 0 ? delta : slope delta.
  void (*rectify_back)(float *delta, const float *y, size_t count, float slope);

  // to = from / 255, each the float nearest to it.
  void (*unpack)(const unsigned char *from, size_t count, float *to);

  // Logits [rows, classes] become (softmax - one-hot) / rows, each within 2^-22 / rows of the exact value; labels are
  // below `classes`. The sum of -log softmax[label] over the rows, row 0 first, and how many rows had their first
  // largest logit at the label.
  fw_score (*softmax_cross_entropy)(float *logits, const unsigned char *labels, size_t rows, size_t classes);

  // Weights as winograd_convolve takes them.
  void (*winograd_weights)(fw_winograd_weights sizes, const float *weight, float *transformed);

  // The gradient of weights from that of their transforms.
  void (*winograd_gradient)(fw_winograd_weights sizes, const float *transformed, float *gradient);

  // destination = source * weights + bias, or without bias where that is NULL.
  //
  // Also the gradient at the inputs, from that at the outputs and with turned weights.
  void (*winograd_convolve)(fw_winograd sizes, const float *source, const float *transformed, const float *bias,
                            float *destination, float *scratch);

  // The gradients of the weights' transforms [36, inputs, outputs] and of the biases, or what is added to them.
  void (*winograd_differentiate)(fw_winograd sizes, const float *source, const float *delta, bool adds,
                                 float *gradient, float *bias, float *scratch);
} fw_kernels;

// The kernels for an instruction set; NULL where the processor lacks it.
const fw_kernels *fw_kernels_for(fw_instruction_set set);

#endif
