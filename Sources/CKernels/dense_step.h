// Steps of a dense layer's weights, sixteen columns of them at a time. Included once for each instruction set.
//
// Order of a gradient's sum: by fma from row 0 of the batch on. Rows that are blank in all sixteen columns are left out:
// a product with them is a zero.

// Rows of weights whose sums are kept in registers, and the most rows of a batch whose blanks are left out.
#if defined(AVX512)
enum { TILE_HIGH = 20 };
#else
enum { TILE_HIGH = 5 };
#endif
enum { MOST_ROWS = 256, ROW_WORDS = MOST_ROWS / 64 };

// For each of 64 blocks, a bit for each row.
typedef struct {
  uint64_t bits[ROW_WORDS][64];
} filled_rows;

// Bit i of word j becomes bit j of word i (Warren (2013), Hacker's Delight, section 7-3, mirrored).
INLINE void transpose_bits(uint64_t *word) {
  uint64_t mask = 0xffffffff;
  for (size_t half = 32; half != 0; half /= 2, mask ^= mask << half)
    for (size_t i = 0; i < 64; i = (i + half + 1) & ~half) {
      uint64_t moved = (word[i] >> half ^ word[i + half]) & mask;
      word[i] ^= moved << half;
      word[i + half] ^= moved;
    }
}

// What is known of the blocks of the word that begins at input `start`; all are taken where nothing is.
static void turn_filled(fw_rows input, size_t count, size_t inputs, size_t start, filled_rows *rows) {
  size_t words = filled_words(inputs);
  for (size_t group = 0; group * 64 < count; group++) {
    uint64_t *bits = rows->bits[group];
    size_t most = least(64, count - group * 64);
    for (size_t i = 0; i < 64; i++)
      if (!input.filled)
        bits[i] = low_bits(most);
      else
        bits[i] = i < most ? input.filled[(group * 64 + i) * words + start / fw_filled_word] : 0;
    if (input.filled) transpose_bits(bits);
  }
}

// What the rows to come have in a block and is still to be asked for. Each product asks for one row's part: many at once
// would be in each other's way.
typedef struct {
  const float *const *row;
  uint64_t rest[ROW_WORDS];
} wanted_rows;

// Asks for one of 64 rows, whose blocks are lines of memory where rows begin with one.
INLINE void ask(wanted_rows *wanted, size_t group, size_t column) {
  if (wanted->rest[group] == 0) return;
  __builtin_prefetch(wanted->row[group * 64 + (size_t)__builtin_ctzll(wanted->rest[group])] + column, 0, 3);
  wanted->rest[group] &= wanted->rest[group] - 1;
}

// The step of a tile of `rows` rows of weights, known when this is compiled, and `width` columns. `filled` has bits for
// the rows of the batch, 64 to a word and a word every 64, or is NULL where all count; `wanted` is NULL where none is.
INLINE void step_tile(const fw_dense_rows *batch, const uint64_t *filled, wanted_rows *wanted, fw_layer layer,
                      const sink to, size_t row, size_t column, int rows, size_t width) {
  lanes sums[TILE_HIGH];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sums[i] = spread(0);
  for (size_t start = 0; start < batch->count; start += 64) {
    for (uint64_t rest = filled ? filled[start] : low_bits(least(64, batch->count - start)); rest != 0;
         rest &= rest - 1) {
      if (wanted) ask(wanted, start / 64, column);
      size_t number = start + (size_t)__builtin_ctzll(rest);
      const float *delta = batch->delta + number * layer.outputs + row;
      const float *x = batch->input.row[number] + column;
      lanes values = width == LANES ? load(x) : load_part(x, width);
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) sums[i] = fma(spread(delta[i]), values, sums[i]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
    take_step(to.kind, to.pulled, &to.rule, to.state, (row + i) * layer.inputs + column, sums[i], width);
}

// The step of `width` columns of all rows of weights.
INLINE void step_columns(const fw_dense_rows *batch, const uint64_t *filled, wanted_rows *wanted, fw_layer layer,
                         const sink to, size_t column, size_t width) {
#define STEP_TILE(ROWS)                                                                                                \
  for (; row + ROWS <= layer.outputs; row += ROWS)                                                                     \
    if (wanted && row == 0)                                                                                            \
      step_tile(batch, filled, wanted, layer, to, row, column, ROWS, width);                                           \
    else                                                                                                               \
      step_tile(batch, filled, NULL, layer, to, row, column, ROWS, width);
  size_t row = 0;
#if defined(AVX512)
  STEP_TILE(20)
  STEP_TILE(10)
#endif
  STEP_TILE(5)
  STEP_TILE(2)
  STEP_TILE(1)
#undef STEP_TILE
}

INLINE void step_blocks(const fw_dense_rows *batch, fw_layer layer, const sink to) {
  filled_rows now, soon;
  wanted_rows wanted = {.row = batch->ahead.row};
  bool knowsBlanks = batch->input.filled && batch->count <= MOST_ROWS;
  bool fetches = batch->ahead.row != batch->input.row && batch->count <= MOST_ROWS;
  size_t column = 0;
  for (; column + LANES <= layer.inputs; column += LANES) {
    size_t block = column % fw_filled_word / LANES;
    if (block == 0 && knowsBlanks) turn_filled(batch->input, batch->count, layer.inputs, column, &now);
    if (block == 0 && fetches) turn_filled(batch->ahead, batch->count, layer.inputs, column, &soon);
    const uint64_t *filled = knowsBlanks ? &now.bits[0][block] : NULL;
    if (!fetches) {
      step_columns(batch, filled, NULL, layer, to, column, LANES);
      continue;
    }
    for (size_t group = 0; group * 64 < batch->count; group++) wanted.rest[group] = soon.bits[group][block];
    step_columns(batch, filled, &wanted, layer, to, column, LANES);
    for (size_t group = 0; group * 64 < batch->count; group++)
      while (wanted.rest[group] != 0) ask(&wanted, group, column);
  }
  if (column < layer.inputs) step_columns(batch, NULL, NULL, layer, to, column, layer.inputs - column);
}
