#include "autoencoder.h"

#pragma STDC FP_CONTRACT OFF
// Vectors are passed only between functions that are always inlined, so no calling convention is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

// Sixteen floats: one register of AVX-512, two of AVX2, four of SSE2.
typedef float fw_lanes __attribute__((vector_size(64), aligned(4)));
typedef int fw_mask __attribute__((vector_size(64)));
typedef double fw_wide __attribute__((vector_size(128)));

#define INLINE static inline __attribute__((always_inline))

// Results that are held in registers at a time. Each result is one chain of operations, so its bits do not depend on
// these.
typedef struct {
  int outputs;       // of a forward pass, one vector of rows each
  int rows;          // of the inputs' gradient, two vectors of columns each
  int step_outputs;  // of the weights' gradient,
  int step_vectors;  // this many vectors of columns each
} fw_blocking;

// The most of each of these.
enum { MOST = 16 };

// Outputs of a tile in a pass over columns.
enum { COLUMN_TILE = 8 };

INLINE fw_lanes spread(float x) { return (fw_lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

INLINE fw_lanes load(const float *p) { return *(const fw_lanes *)p; }

INLINE void store(float *p, fw_lanes x) { *(fw_lanes *)p = x; }

// The first `count` lanes, at most all; the others are zero.
INLINE fw_lanes load_part(const float *p, size_t count) {
  if (count >= FW_LANES) return load(p);
  fw_lanes x = spread(0);
  for (size_t i = 0; i < count; i++) x[i] = p[i];
  return x;
}

INLINE void store_part(float *p, fw_lanes x, size_t count) {
  if (count >= FW_LANES) return store(p, x);
  for (size_t i = 0; i < count; i++) p[i] = x[i];
}

INLINE fw_lanes fma_lanes(fw_lanes a, fw_lanes b, fw_lanes c) { return __builtin_elementwise_fma(a, b, c); }

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

// Asks for memory that the next tile needs, for the second-level cache.
INLINE void fetch(const float *p) { __builtin_prefetch(p, 0, 2); }

// Makes columns of sixteen rows: four times, the two halves are interleaved.
INLINE void transpose(fw_lanes x[FW_LANES]) {
#pragma unroll
  for (int turn = 0; turn < 4; turn++) {
    fw_lanes y[FW_LANES];
#pragma unroll
    for (int i = 0; i < 8; i++) {
      y[2 * i] = __builtin_shufflevector(x[i], x[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      y[2 * i + 1] =
          __builtin_shufflevector(x[i], x[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
#pragma unroll
    for (int i = 0; i < FW_LANES; i++) x[i] = y[i];
  }
}

// Sixteen rows' next `count` columns as lanes.
INLINE void gather_tile(const float *const *rows, size_t row_count, size_t column, size_t count, float *lanes,
                        size_t width) {
  fw_lanes x[FW_LANES];
#pragma unroll
  for (size_t i = 0; i < FW_LANES; i++) x[i] = i < row_count ? load_part(rows[i] + column, count) : spread(0);
  transpose(x);
#pragma unroll
  for (size_t i = 0; i < FW_LANES; i++) {
    if (i < count) store(lanes + i * width, x[i]);
  }
}

// Writes columns begin..<end of a batch's rows as lanes; lanes without a row are zero.
INLINE void gather(const fw_batch *batch, size_t begin, size_t end) {
  for (size_t group = 0; group < batch->width; group += FW_LANES) {
    const float *const *rows = batch->input + group;
    size_t row_count = least(FW_LANES, batch->count - group);
    for (size_t column = begin; column < end; column += FW_LANES) {
      float *lanes = batch->lanes + column * batch->width + group;
      size_t count = least(FW_LANES, end - column);
      // Whole tiles are told apart so that the compiler sees plain loads and stores.
      if (row_count == FW_LANES && count == FW_LANES) {
        gather_tile(rows, FW_LANES, column, FW_LANES, lanes, batch->width);
      } else {
        gather_tile(rows, row_count, column, count, lanes, batch->width);
      }
    }
  }
}

// MARK: Outputs

// `outputs` outputs of sixteen rows, over columns begin..<end from the first one on; written, or added to what is
// there.
INLINE void outputs_of_group(const int outputs, const float *weight, size_t inputs, const float *lanes, size_t width,
                             size_t begin, size_t end, float *output, bool adds) {
  fw_lanes sum[MOST];
#pragma unroll
  for (int j = 0; j < outputs; j++) sum[j] = spread(0);
  for (size_t column = begin; column < end; column++) {
    fw_lanes x = load(lanes + column * width);
#pragma unroll
    for (int j = 0; j < outputs; j++) sum[j] = fma_lanes(spread(weight[(size_t)j * inputs + column]), x, sum[j]);
  }
#pragma unroll
  for (int j = 0; j < outputs; j++) {
    float *place = output + (size_t)j * width;
    store(place, adds ? load(place) + sum[j] : sum[j]);
  }
}

// output = weight . input of outputs first..<last, as lanes.
INLINE void forward(const fw_blocking is, const fw_trained_layer *layer, const fw_batch *batch, size_t first,
                    size_t last, size_t begin, size_t end, float *output, bool adds) {
  for (size_t group = 0; group < batch->width; group += FW_LANES) {
    size_t o = first;
    for (; o + (size_t)is.outputs <= last; o += (size_t)is.outputs) {
      outputs_of_group(is.outputs, layer->weight + o * layer->inputs, layer->inputs, batch->lanes + group, batch->width,
                       begin, end, output + (o - first) * batch->width + group, adds);
    }
    for (; o < last; o++) {
      outputs_of_group(1, layer->weight + o * layer->inputs, layer->inputs, batch->lanes + group, batch->width, begin,
                       end, output + (o - first) * batch->width + group, adds);
    }
  }
}

// MARK: Gradient of the inputs

// Two vectors of columns and `rows` rows: the tile's outputs in order, then added to what is there.
INLINE void gradient_of_rows(const int rows, const float *weight, size_t inputs, size_t first_count,
                             size_t second_count, const float *delta, size_t width, size_t outputs, float *gradient,
                             size_t stride) {
  fw_lanes sum[2][MOST];
#pragma unroll
  for (int r = 0; r < rows; r++) sum[0][r] = sum[1][r] = spread(0);
  for (size_t o = 0; o < outputs; o++) {
    fw_lanes w0 = load_part(weight + o * inputs, first_count);
    fw_lanes w1 = load_part(weight + o * inputs + FW_LANES, second_count);
#pragma unroll
    for (int r = 0; r < rows; r++) {
      fw_lanes d = spread(delta[o * width + (size_t)r]);
      sum[0][r] = fma_lanes(d, w0, sum[0][r]);
      sum[1][r] = fma_lanes(d, w1, sum[1][r]);
    }
  }
#pragma unroll
  for (int r = 0; r < rows; r++) {
    float *place = gradient + (size_t)r * stride;
    store(place, load(place) + sum[0][r]);
    if (second_count > 0) store(place + FW_LANES, load(place + FW_LANES) + sum[1][r]);
  }
}

// gradient += delta . weight of a tile's outputs, in columns begin..<end.
INLINE void input_gradient(const fw_blocking is, const fw_trained_layer *layer, const float *delta, size_t width,
                           size_t count, size_t first, size_t last, size_t begin, size_t end, float *gradient) {
  size_t stride = fw_whole_lanes(layer->inputs);
  for (size_t column = begin; column < end; column += 2 * FW_LANES) {
    size_t left = end - column;
    const float *weight = layer->weight + first * layer->inputs + column;
    size_t r = 0;
    for (; r < count; r += (size_t)is.rows) {
      // Full vectors are told apart so that the compiler sees plain loads.
      if (left >= 2 * FW_LANES && r + (size_t)is.rows <= count) {
        gradient_of_rows(is.rows, weight, layer->inputs, FW_LANES, FW_LANES, delta + r, width, last - first,
                         gradient + r * stride + column, stride);
        continue;
      }
      size_t second = left > FW_LANES ? least(left - FW_LANES, FW_LANES) : 0;
      for (size_t one = r; one < least(r + (size_t)is.rows, count); one++) {
        gradient_of_rows(1, weight, layer->inputs, least(left, FW_LANES), second, delta + one, width, last - first,
                         gradient + one * stride + column, stride);
      }
    }
  }
}

// MARK: Steps

INLINE void step_lanes(const fw_rule_kind rule, const fw_step *by, const fw_trained_layer *layer, size_t at, fw_lanes g,
                       size_t count) {
  fw_lanes weight = load_part(layer->weight + at, count);
  if (rule == fw_rule_sgd) {
    store_part(layer->weight + at, weight - spread(by->rate) * g, count);
    return;
  }
  fw_lanes first = load_part(layer->first + at, count);
  if (rule == fw_rule_momentum) {
    first = fma_lanes(spread(by->momentum), first, g);
    store_part(layer->first + at, first, count);
    store_part(layer->weight + at, weight - spread(by->rate) * first, count);
    return;
  }
  fw_lanes second = load_part(layer->second + at, count);
  first = fma_lanes(spread(by->beta1), first, g);
  second = fma_lanes(spread(by->beta2), second, g * g);
  store_part(layer->first + at, first, count);
  store_part(layer->second + at, second, count);
  fw_lanes below = fma_lanes(__builtin_elementwise_sqrt(second), spread(by->scale), spread(by->epsilon));
  store_part(layer->weight + at, weight - spread(by->rate) * first / below, count);
}

// The gradient of `outputs` times `vectors` vectors of weights, from row first..<last added to what is there.
INLINE void add_rows(const int outputs, const int vectors, const fw_batch *batch, size_t first, size_t last,
                     const float *delta, size_t column, size_t columns, fw_lanes sum[MOST]) {
  for (size_t row = first; row < last; row++) {
    const float *x = batch->input[row] + column;
#pragma unroll
    for (int j = 0; j < outputs; j++) {
      fw_lanes d = spread(delta[(size_t)j * batch->width + row]);
#pragma unroll
      for (int k = 0; k < vectors; k++) {
        sum[j * vectors + k] = fma_lanes(d, load_part(x + k * FW_LANES, columns), sum[j * vectors + k]);
      }
    }
  }
}

// Where a tile's result `i` lies, from the first one on.
INLINE size_t place(const int vectors, int i, size_t inputs) {
  return (size_t)(i / vectors) * inputs + (size_t)(i % vectors) * FW_LANES;
}

INLINE void step_some(const fw_rule_kind rule, const int outputs, const int vectors, const fw_step *by,
                      const fw_trained_layer *layer, size_t at, size_t column, size_t columns, const float *delta,
                      const fw_batch *batch) {
  fw_lanes sum[MOST];
#pragma unroll
  for (int i = 0; i < outputs * vectors; i++) sum[i] = spread(0);
  add_rows(outputs, vectors, batch, 0, batch->count, delta, column, columns, sum);
#pragma unroll
  for (int i = 0; i < outputs * vectors; i++) {
    step_lanes(rule, by, layer, at + place(vectors, i, layer->inputs), sum[i], columns);
  }
}

// The same for sixteen rows and all outputs of a tile, and in between the steps with the gradients found before:
// divisions and roots take as long as the sums, in another part of the processor.
INLINE void step_sixteen(const fw_rule_kind rule, const int outputs, const int vectors, const fw_step *by_,
                         const fw_trained_layer *layer, const float *delta, const fw_batch *batch, size_t first,
                         size_t last, size_t begin, size_t end, ptrdiff_t ahead) {
  const int results = outputs * vectors, rows = FW_LANES / results;
  // Copies, which stores to the weights cannot change, stay in registers; so does the width of the lanes.
  const fw_step by = *by_;
  const fw_trained_layer layer_ = *layer, *const at_layer = &layer_;
  const fw_batch sixteen = {.input = batch->input, .count = FW_LANES, .width = FW_LANES};
  fw_lanes found[MOST];
  size_t found_at = 0;
  bool is_first = true;
  for (size_t column = begin; column < end; column += (size_t)vectors * FW_LANES) {
    for (size_t o = first; o < last; o += (size_t)outputs) {
      size_t at = o * layer_.inputs + column;
      const float *d = delta + (o - first) * sixteen.width;
      fw_lanes sum[MOST];
#pragma unroll
      for (int i = 0; i < results; i++) sum[i] = spread(0);
      if (is_first) {
        add_rows(outputs, vectors, &sixteen, 0, FW_LANES, d, column, FW_LANES, sum);
        is_first = false;
      } else {
#pragma unroll
        for (int i = 0; i < results; i++) {
#pragma unroll
          for (int row = 0; row < rows; row++) {
            size_t at_row = (size_t)(i * rows + row);
            add_rows(outputs, vectors, &sixteen, at_row, at_row + 1, d, column, FW_LANES, sum);
          }
          step_lanes(rule, &by, at_layer, found_at + place(vectors, i, layer_.inputs), found[i], FW_LANES);
        }
      }
#pragma unroll
      for (int i = 0; i < results; i++) {
        found[i] = sum[i];
        ptrdiff_t next = (ptrdiff_t)(at + place(vectors, i, layer_.inputs)) + ahead;
        fetch(layer_.weight + next);
        fetch(layer_.first + next);
        fetch(layer_.second + next);
      }
      found_at = at;
    }
  }
  if (is_first) return;
#pragma unroll
  for (int i = 0; i < results; i++) {
    step_lanes(rule, &by, at_layer, found_at + place(vectors, i, layer_.inputs), found[i], FW_LANES);
  }
}

// The step of outputs first..<last in columns begin..<end; `ahead` is how far the next tile's weights lie.
INLINE void step_tile_by(const fw_rule_kind rule, const fw_blocking is, const fw_step *by,
                         const fw_trained_layer *layer, const float *delta, const fw_batch *batch, size_t first,
                         size_t last, size_t begin, size_t end, ptrdiff_t ahead) {
  const int outputs = is.step_outputs, vectors = is.step_vectors;
  const size_t wide = (size_t)vectors * FW_LANES;
  size_t whole = first + (last - first) / (size_t)outputs * (size_t)outputs;
  size_t wide_end = begin + (end - begin) / wide * wide;
  if (rule == fw_rule_adam && batch->count == FW_LANES) {
    step_sixteen(rule, outputs, vectors, by, layer, delta, batch, first, whole, begin, wide_end, ahead);
  } else {
    for (size_t column = begin; column < wide_end; column += wide) {
      for (size_t o = first; o < whole; o += (size_t)outputs) {
        step_some(rule, outputs, vectors, by, layer, o * layer->inputs + column, column, FW_LANES,
                  delta + (o - first) * batch->width, batch);
      }
    }
  }
  for (size_t o = first; o < last; o++) {
    for (size_t column = o < whole ? wide_end : begin; column < end; column += FW_LANES) {
      step_some(rule, 1, 1, by, layer, o * layer->inputs + column, column, least(end - column, FW_LANES),
                delta + (o - first) * batch->width, batch);
    }
  }
}

INLINE void step_tile(const fw_blocking is, const fw_step *by, const fw_trained_layer *layer, const float *delta,
                      const fw_batch *batch, size_t first, size_t last, size_t begin, size_t end, ptrdiff_t ahead) {
  switch (by->kind) {
    case fw_rule_sgd:
      return step_tile_by(fw_rule_sgd, is, by, layer, delta, batch, first, last, begin, end, ahead);
    case fw_rule_momentum:
      return step_tile_by(fw_rule_momentum, is, by, layer, delta, batch, first, last, begin, end, ahead);
    case fw_rule_store:
      return;
    case fw_rule_adam:
      return step_tile_by(fw_rule_adam, is, by, layer, delta, batch, first, last, begin, end, ahead);
  }
}

// The step of the biases first..<last, whose gradient is delta summed from the first row on.
INLINE void step_biases(const fw_step *by, const fw_trained_layer *layer, const float *delta, size_t width,
                        size_t first, size_t last) {
  for (size_t o = first; o < last; o += FW_LANES) {
    size_t count = least(FW_LANES, last - o);
    fw_lanes sum = spread(0);
    for (size_t group = 0; group < width; group += FW_LANES) {
      fw_lanes x[FW_LANES];
#pragma unroll
      for (size_t i = 0; i < FW_LANES; i++)
        x[i] = i < count ? load(delta + (o - first + i) * width + group) : spread(0);
      transpose(x);
#pragma unroll
      for (size_t i = 0; i < FW_LANES; i++) sum += x[i];
    }
    size_t at = layer->outputs * layer->inputs + o;
    switch (by->kind) {
      case fw_rule_sgd:
        step_lanes(fw_rule_sgd, by, layer, at, sum, count);
        break;
      case fw_rule_momentum:
        step_lanes(fw_rule_momentum, by, layer, at, sum, count);
        break;
      case fw_rule_store:
        break;
      case fw_rule_adam:
        step_lanes(fw_rule_adam, by, layer, at, sum, count);
        break;
    }
  }
}

// MARK: Passes

INLINE void clear(float *rows, size_t count, size_t stride, size_t begin, size_t end) {
  for (size_t row = 0; row < count; row++)
    __builtin_memset(rows + row * stride + begin, 0, (end - begin) * sizeof(float));
}

INLINE void columns_pass(const fw_blocking is, const fw_columns *pass) {
  const fw_trained_layer *layer = &pass->layer;
  if (pass->delta && pass->input_gradient) {
    clear(pass->input_gradient, pass->stepped.count, fw_whole_lanes(layer->inputs), pass->begin, pass->end);
  }
  for (size_t begin = pass->begin; begin < pass->end; begin += pass->part) {
    size_t end = least(begin + pass->part, pass->end);
    if (pass->output && pass->gathers) gather(&pass->computed, begin, end);
    for (size_t first = 0; first < layer->outputs; first += COLUMN_TILE) {
      size_t last = least(first + COLUMN_TILE, layer->outputs);
      if (pass->delta) {
        const float *delta = pass->delta + first * pass->stepped.width;
        if (pass->input_gradient) {
          input_gradient(is, layer, delta, pass->stepped.width, pass->stepped.count, first, last, begin, end,
                         pass->input_gradient);
        }
        // The next tile is below, or at the top of the next columns.
        ptrdiff_t ahead = last < layer->outputs ? (ptrdiff_t)(COLUMN_TILE * layer->inputs)
                                                : (ptrdiff_t)pass->part - (ptrdiff_t)(first * layer->inputs);
        step_tile(is, &pass->step, layer, delta, &pass->stepped, first, last, begin, end, ahead);
      }
      if (pass->output) {
        forward(is, layer, &pass->computed, first, last, begin, end, pass->output + first * pass->computed.width,
                begin > pass->begin);
      }
    }
  }
}

// delta = slope (output - target) in place of the outputs without bias; adds to the squared errors of each lane.
INLINE void errors(const fw_outputs *pass, size_t first, size_t last, fw_wide *squares) {
  const fw_mask number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  size_t width = pass->batch.width;
  const float *bias = pass->layer.weight + pass->layer.outputs * pass->layer.inputs;
  for (size_t group = 0; group < width; group += FW_LANES) {
    fw_mask is_row = number < (int)(pass->batch.count - group);
    for (size_t o = first; o < last; o++) {
      float *place = pass->delta + (o - first) * width + group;
      fw_lanes error = load(place) + spread(bias[o]) - load(pass->target + o * width + group);
      error = (fw_lanes)((fw_mask)error & is_row);
      fw_wide wide = __builtin_convertvector(error, fw_wide);
      *squares = __builtin_elementwise_fma(wide, wide, *squares);
      store(place, spread(pass->slope) * error);
    }
  }
}

INLINE double outputs_pass(const fw_blocking is, const fw_outputs *pass) {
  const fw_trained_layer *layer = &pass->layer;
  const fw_batch *batch = &pass->batch;
  fw_wide squares = {0};
  if (pass->steps && pass->input_gradient) {
    clear(pass->input_gradient, batch->count, fw_whole_lanes(layer->inputs), 0, fw_whole_lanes(layer->inputs));
  }
  for (size_t first = pass->begin; first < pass->end; first += FW_TILE) {
    size_t last = least(first + FW_TILE, pass->end);
    forward(is, layer, batch, first, last, 0, layer->inputs, pass->delta, false);
    errors(pass, first, last, &squares);
    if (!pass->steps) continue;
    if (pass->input_gradient) {
      input_gradient(is, layer, pass->delta, batch->width, batch->count, first, last, 0, layer->inputs,
                     pass->input_gradient);
    }
    step_tile(is, &pass->step, layer, pass->delta, batch, first, last, 0, layer->inputs,
              (ptrdiff_t)(FW_TILE * layer->inputs));
    step_biases(&pass->step, layer, pass->delta, batch->width, first, last);
  }
  double sum = 0;
  for (int i = 0; i < FW_LANES; i++) sum += squares[i];
  return sum;
}

// MARK: Instruction sets

#if defined(__x86_64__)
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma")))
#define AVX2 __attribute__((target("avx2,fma")))
static const fw_blocking wide_blocking = {.outputs = 8, .rows = 8, .step_outputs = 8, .step_vectors = 1};
static const fw_blocking narrow_blocking = {.outputs = 4, .rows = 2, .step_outputs = 2, .step_vectors = 2};

AVX512 static void columns_avx512(const fw_columns *pass) { columns_pass(wide_blocking, pass); }
AVX2 static void columns_avx2(const fw_columns *pass) { columns_pass(narrow_blocking, pass); }
AVX512 static double outputs_avx512(const fw_outputs *pass) { return outputs_pass(wide_blocking, pass); }
AVX2 static double outputs_avx2(const fw_outputs *pass) { return outputs_pass(narrow_blocking, pass); }
#endif
static const fw_blocking portable_blocking = {.outputs = 2, .rows = 1, .step_outputs = 1, .step_vectors = 1};

void fw_columns_pass(fw_instruction_set instructions, const fw_columns *columns) {
#if defined(__x86_64__)
  if (instructions == fw_avx512) return columns_avx512(columns);
  if (instructions == fw_avx2) return columns_avx2(columns);
#endif
  columns_pass(portable_blocking, columns);
}

double fw_outputs_pass(fw_instruction_set instructions, const fw_outputs *outputs) {
#if defined(__x86_64__)
  if (instructions == fw_avx512) return outputs_avx512(outputs);
  if (instructions == fw_avx2) return outputs_avx2(outputs);
#endif
  return outputs_pass(portable_blocking, outputs);
}

// Small: one element for each output.
void fw_bias_step(const fw_trained_layer *layer, const fw_step *step, const float *delta, size_t width) {
  step_biases(step, layer, delta, width, 0, layer->outputs);
}
