// Sums of outer products: result[i][j] = sum over t of left(i, t) right[t][j]. Included once for each instruction set.
//
// Order of a sum: by fma from term 0 on.

// A tile whose sums are kept in registers.
#if defined(AVX512)
enum { TILE_LEFT = 5, TILE_VECTORS = 4 };
#else
enum { TILE_LEFT = 5, TILE_VECTORS = 1 };
#endif

typedef struct {
  const float *base;
  size_t row;   // distance of left(i + 1, t) from left(i, t)
  size_t term;  // distance of left(i, t + 1) from left(i, t)
} left_matrix;

typedef struct {
  const float *const *row;  // addresses of the rows
  size_t terms;
  size_t columns;
} right_matrix;

// What becomes of the sums; the rule's kind and whether there is a pull are known when this is compiled.
typedef struct {
  fw_rule_kind kind;
  bool pulled;
  fw_rule rule;
  fw_state state;
} sink;

// A tile of `rows` rows and `vectors` vectors of columns, the last of them of `last` columns; all but a `last` below
// LANES are known when this is compiled.
INLINE void outer_tile(left_matrix left, right_matrix right, const sink to, size_t row, size_t column, int rows,
                       int vectors, size_t last) {
  lanes sums[TILE_LEFT * TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) sums[i] = spread(0);
  const float *a = left.base + row * left.row;
  for (size_t term = 0; term < right.terms; term++) {
    const float *b = right.row[term] + column;
    lanes values[TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      values[v] = v < vectors - 1 || last == LANES ? load(b + v * LANES) : load_part(b + v * LANES, last);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      lanes factor = spread(a[i * left.row]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i * vectors + v] = fma(factor, values[v], sums[i * vectors + v]);
    }
    a += left.term;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      take_step(to.kind, to.pulled, &to.rule, to.state, (row + i) * right.columns + column + v * LANES,
                sums[i * vectors + v], v < vectors - 1 ? LANES : last);
}

// All columns from `start` to `end` of a tile's rows.
INLINE void outer_rows(left_matrix left, right_matrix right, const sink to, size_t row, size_t start, size_t end,
                       int rows) {
  size_t column = start;
  for (; column + TILE_VECTORS * LANES <= end; column += TILE_VECTORS * LANES)
    outer_tile(left, right, to, row, column, rows, TILE_VECTORS, LANES);
  for (; column + LANES <= end; column += LANES) outer_tile(left, right, to, row, column, rows, 1, LANES);
  if (column < end) outer_tile(left, right, to, row, column, rows, 1, end - column);
}

// Columns taken at a time, so that the right matrix's part of them stays in the second-level cache while all rows pass
// over it.
enum { COLUMNS = 1024 };

INLINE void outer_sum(left_matrix left, right_matrix right, size_t rows, const sink to) {
  for (size_t start = 0; start < right.columns; start += COLUMNS) {
    size_t end = least(start + COLUMNS, right.columns);
    for (size_t row = 0; row < rows; row += TILE_LEFT) switch (least(TILE_LEFT, rows - row)) {
        case 1:
          outer_rows(left, right, to, row, start, end, 1);
          break;
        case 2:
          outer_rows(left, right, to, row, start, end, 2);
          break;
        case 3:
          outer_rows(left, right, to, row, start, end, 3);
          break;
        case 4:
          outer_rows(left, right, to, row, start, end, 4);
          break;
        case 5:
          outer_rows(left, right, to, row, start, end, 5);
          break;
      }
  }
}

static void dense_backward(const float *delta, size_t rows, fw_layer layer, float *result) {
  sink to = {fw_rule_store, false, {.kind = fw_rule_store}, {.weight = result}};
  right_matrix right = {layer.row, layer.outputs, layer.inputs};
  outer_sum((left_matrix){delta, layer.outputs, 1}, right, rows, to);
}

#include "dense_step.h"

INLINE void dense_step_by(fw_rule_kind kind, bool pulled, fw_dense_rows batch, fw_layer layer, fw_rule rule,
                          fw_state weight, fw_state bias) {
  step_blocks(&batch, layer, (sink){kind, pulled, rule, weight});
  for (size_t at = 0; at < layer.outputs; at += LANES) {
    size_t part = least(LANES, layer.outputs - at);
    lanes sum = spread(0);
    for (size_t row = 0; row < batch.count; row++) sum += load_part(batch.delta + row * layer.outputs + at, part);
    take_step(kind, pulled, &rule, bias, at, sum, part);
  }
}

static void dense_step(fw_dense_rows batch, fw_layer layer, fw_rule rule, fw_state weight, fw_state bias) {
#define STEP(KIND, PULLED) dense_step_by(KIND, PULLED, batch, layer, rule, weight, bias)
#define STEP_KIND(KIND)                                                                                                \
  case KIND:                                                                                                           \
    if (weight.pull) return STEP(KIND, true);                                                                          \
    return STEP(KIND, false);
  switch (rule.kind) {
    case fw_rule_store:
      return STEP(fw_rule_store, false);
    STEP_KIND(fw_rule_sgd)
    STEP_KIND(fw_rule_momentum)
    STEP_KIND(fw_rule_adam)
  }
#undef STEP_KIND
#undef STEP
}
