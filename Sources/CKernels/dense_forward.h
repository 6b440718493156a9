// output = input . weightT + bias. Included once for each instruction set.
//
// Order of a sum: the inputs in blocks of BLOCK; in a block, lane l of sixteen sums the products at l, l + 16, ... by
// fma, and the lanes are added as `sums_across` says; to the bias, the blocks' sums are added in order.

// Inputs taken at a time, so that the rows of a tile stay in the first-level cache while all outputs pass over them.
enum { BLOCK = fw_filled_word };

// Outputs taken at a time: their weights of one block stay in the second-level cache while all rows pass over them.
enum { PANEL = 120 };

// A tile of ROWS rows and OUTPUTS outputs whose sums are kept in registers; chosen per instruction set, which does not
// touch the order. As many sums as registers allow: each then waits for none of the others, and a loaded value serves
// several of them.
#if defined(AVX512)
enum { TILE_ROWS = 4, TILE_OUTPUTS = 5 };
#else
enum { TILE_ROWS = 3, TILE_OUTPUTS = 2 };
#endif

// Adds the sums over `count` inputs from `start` on to a tile of outputs; rows and outputs are known when this is
// compiled. `filled` has a bit for each vector of inputs that is not blank in all rows; `ahead` is a row that will be read
// soon.
INLINE void forward_tile(const float *const *input, uint64_t filled, const float *weight, size_t inputs, size_t start,
                         size_t count, float *output, size_t stride, const float *bias, const float *ahead, int rows,
                         int outputs) {
  lanes sums[TILE_ROWS * TILE_OUTPUTS];
  const float *x[TILE_ROWS];
  for (int row = 0; row < rows; row++) x[row] = input[row] + start;
  for (int i = 0; i < rows * outputs; i++) sums[i] = spread(0);
  const float *w = weight + start;
  for (; filled != 0; filled &= filled - 1) {
    size_t at = (size_t)__builtin_ctzll(filled) * LANES;
    __builtin_prefetch(ahead + start + at, 0, 2);
    lanes values[TILE_ROWS];
    for (int row = 0; row < rows; row++) values[row] = load(x[row] + at);
    for (int o = 0; o < outputs; o++) {
      lanes weights = load(w + o * inputs + at);
      for (int row = 0; row < rows; row++) sums[row * outputs + o] = fma(values[row], weights, sums[row * outputs + o]);
    }
  }
  size_t at = count / LANES * LANES;
  if (at < count) {
    lanes values[TILE_ROWS];
    for (int row = 0; row < rows; row++) values[row] = load_part(x[row] + at, count - at);
    for (int o = 0; o < outputs; o++) {
      lanes weights = load_part(w + o * inputs + at, count - at);
      for (int row = 0; row < rows; row++) sums[row * outputs + o] = fma(values[row], weights, sums[row * outputs + o]);
    }
  }
  float total[2 * LANES];
  int tile = rows * outputs;
  store(total, sums_across(sums, tile < LANES ? tile : LANES));
  if (tile > LANES) store(total + LANES, sums_across(sums + LANES, tile - LANES));
  for (int row = 0; row < rows; row++)
    for (int o = 0; o < outputs; o++) {
      float *place = output + row * stride + o;
      *place = (start == 0 ? bias[o] : *place) + total[row * outputs + o];
    }
}

#define FORWARD_TILE(ROWS, OUTPUTS)                                                                                    \
  case ROWS * 8 + OUTPUTS:                                                                                             \
    forward_tile(input, filled, weight, inputs, start, count, output, stride, bias, ahead, ROWS, OUTPUTS);                     \
    break;

static void forward_any_tile(const float *const *input, uint64_t filled, const float *weight, size_t inputs,
                             size_t start, size_t count, float *output, size_t stride, const float *bias,
                             const float *ahead, size_t rows, size_t outputs) {
  switch (rows * 8 + outputs) {
    FORWARD_TILE(1, 1)
    FORWARD_TILE(1, 2)
    FORWARD_TILE(2, 1) FORWARD_TILE(2, 2) FORWARD_TILE(3, 1) FORWARD_TILE(3, 2)
#if defined(AVX512)
        FORWARD_TILE(1, 3) FORWARD_TILE(1, 4) FORWARD_TILE(1, 5) FORWARD_TILE(2, 3) FORWARD_TILE(2, 4)
            FORWARD_TILE(2, 5) FORWARD_TILE(3, 3) FORWARD_TILE(3, 4) FORWARD_TILE(3, 5) FORWARD_TILE(4, 1)
                FORWARD_TILE(4, 2) FORWARD_TILE(4, 3) FORWARD_TILE(4, 4) FORWARD_TILE(4, 5)
#endif
  }
}

// The vectors that are not blank in all of `rows` rows from `row` on, among `count` inputs from `start` on.
INLINE uint64_t tile_filled(fw_rows input, size_t row, size_t rows, size_t inputs, size_t start, size_t count) {
  if (!input.filled) return low_bits(count / LANES);
  uint64_t filled = 0;
  size_t words = filled_words(inputs);
  for (size_t i = row; i < row + rows; i++) filled |= input.filled[i * words + start / fw_filled_word];
  return filled;
}

static void dense_forward(fw_rows input, size_t count, fw_layer layer, float *output) {
  for (size_t start = 0; start < layer.inputs; start += BLOCK) {
    size_t block = least(BLOCK, layer.inputs - start);
    for (size_t panel = 0; panel < layer.outputs; panel += PANEL) {
      size_t end = least(panel + PANEL, layer.outputs);
      for (size_t row = 0; row < count; row += TILE_ROWS) {
        // Each of the first tiles asks for one of the next rows.
        size_t asked = row + TILE_ROWS;
        size_t rows = least(TILE_ROWS, count - row);
        uint64_t filled = tile_filled(input, row, rows, layer.inputs, start, block);
        for (size_t o = panel; o < end; o += TILE_OUTPUTS, asked++)
          forward_any_tile(input.row + row, filled, layer.weight + o * layer.inputs, layer.inputs, start, block,
                           output + row * layer.outputs + o, layer.outputs, layer.bias + o,
                           input.row[asked < row + 2 * TILE_ROWS && asked < count ? asked : row],
                           rows, least(TILE_OUTPUTS, end - o));
      }
    }
  }
}
