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

// Rows taken at a time; their number fits a byte.
enum { GROUP = 128 };

// A group of rows in the order in which they are taken, and one part of their inputs.
typedef struct {
  const float *row[GROUP];
  float *output[GROUP];
  uint64_t filled[GROUP];  // of each row a bit for each vector of the part that is not blank
  size_t rows;
  size_t start;  // the part's first input
  size_t count;  // its inputs
} row_group;

// Adds the sums over a part of the inputs to a tile's outputs, from row `first` and output `o` on; how many rows and
// outputs is known when this is compiled. `filled` has a bit for each vector of inputs that is not blank in all of these
// rows; `fetched` is a row that will be read soon.
INLINE void forward_tile(const row_group *group, size_t first, uint64_t filled, const fw_layer *layer, size_t o,
                         const float *fetched, int rows, int outputs) {
  lanes sums[TILE_ROWS * TILE_OUTPUTS];
  const float *x[TILE_ROWS];
  for (int row = 0; row < rows; row++) x[row] = group->row[first + row] + group->start;
  for (int i = 0; i < rows * outputs; i++) sums[i] = spread(0);
  const float *w = layer->weight + o * layer->inputs + group->start;
  for (; filled != 0; filled &= filled - 1) {
    size_t at = (size_t)__builtin_ctzll(filled) * LANES;
    __builtin_prefetch(fetched + group->start + at, 0, 3);
    lanes values[TILE_ROWS];
    for (int row = 0; row < rows; row++) values[row] = load(x[row] + at);
    for (int i = 0; i < outputs; i++) {
      lanes weights = load(w + i * layer->inputs + at);
      for (int row = 0; row < rows; row++) sums[row * outputs + i] = fma(values[row], weights, sums[row * outputs + i]);
    }
  }
  size_t at = group->count / LANES * LANES;
  if (at < group->count) {
    lanes values[TILE_ROWS];
    for (int row = 0; row < rows; row++) values[row] = load_part(x[row] + at, group->count - at);
    for (int i = 0; i < outputs; i++) {
      lanes weights = load_part(w + i * layer->inputs + at, group->count - at);
      for (int row = 0; row < rows; row++) sums[row * outputs + i] = fma(values[row], weights, sums[row * outputs + i]);
    }
  }
  float total[2 * LANES];
  int tile = rows * outputs;
  store(total, sums_across(sums, tile < LANES ? tile : LANES));
  if (tile > LANES) store(total + LANES, sums_across(sums + LANES, tile - LANES));
  for (int row = 0; row < rows; row++)
    for (int i = 0; i < outputs; i++) {
      float *place = group->output[first + row] + o + i;
      *place = (group->start == 0 ? layer->bias[o + i] : *place) + total[row * outputs + i];
    }
}

// The same for all outputs from `o` to `end`. The last of the full tiles fetch a row each of the rows to come to the
// first-level cache: all weights have passed through it by then.
INLINE void forward_rows(const row_group *group, size_t first, const fw_layer *layer, size_t o, size_t end, int rows) {
  uint64_t filled = 0;
  for (int row = 0; row < rows; row++) filled |= group->filled[first + row];
  size_t ahead = least(TILE_ROWS, group->rows - first - rows);
  for (size_t tiles = (end - o) / TILE_OUTPUTS; tiles > 0; tiles--, o += TILE_OUTPUTS) {
    const float *fetched = group->row[tiles <= ahead ? first + rows + tiles - 1 : first];
    forward_tile(group, first, filled, layer, o, fetched, rows, TILE_OUTPUTS);
  }
  for (; TILE_OUTPUTS > 2 && o + 2 <= end; o += 2)
    forward_tile(group, first, filled, layer, o, group->row[first], rows, 2);
  if (o < end) forward_tile(group, first, filled, layer, o, group->row[first], rows, 1);
}

// The vectors of a group's part that are not blank in row `row` of the batch.
INLINE uint64_t filled_vectors(const row_group *group, fw_rows input, size_t row, size_t inputs) {
  if (!input.filled) return low_bits(group->count / LANES);
  return input.filled[row * filled_words(inputs) + group->start / fw_filled_word];
}

// Takes the rows from `first` on. Where blanks are known, rows go by their last vector that is not blank, and as they come
// where that is the same: neighbours then share more blanks, which their tile leaves out.
static void gather_group(row_group *group, fw_rows input, size_t first, fw_layer layer, float *output) {
  // Where the next row goes of those whose last vector is at each place; the first is for rows that have none.
  unsigned char places[fw_filled_word / LANES + 2] = {0};
  if (input.filled) {
    for (size_t row = first; row < first + group->rows; row++)
      places[bit_width(filled_vectors(group, input, row, layer.inputs)) + 1]++;
    for (size_t i = 1; i < sizeof places; i++) places[i] += places[i - 1];
  }
  for (size_t i = 0; i < group->rows; i++) {
    uint64_t filled = filled_vectors(group, input, first + i, layer.inputs);
    size_t place = input.filled ? places[bit_width(filled)]++ : i;
    group->row[place] = input.row[first + i];
    group->output[place] = output + (first + i) * layer.outputs;
    group->filled[place] = filled;
  }
}

static void dense_forward(fw_rows input, size_t count, fw_layer layer, float *output) {
#define FORWARD_ROWS(ROWS)                                                                                             \
  case ROWS:                                                                                                           \
    forward_rows(&group, row, &layer, panel, end, ROWS);                                                               \
    break;
  row_group group;
  for (size_t first = 0; first < count; first += GROUP) {
    group.rows = least(GROUP, count - first);
    for (group.start = 0; group.start < layer.inputs; group.start += BLOCK) {
      group.count = least(BLOCK, layer.inputs - group.start);
      gather_group(&group, input, first, layer, output);
      for (size_t panel = 0; panel < layer.outputs; panel += PANEL) {
        size_t end = least(panel + PANEL, layer.outputs);
        for (size_t row = 0; row < group.rows; row += TILE_ROWS)
          switch (least(TILE_ROWS, group.rows - row)) {
            FORWARD_ROWS(1)
            FORWARD_ROWS(2)
            FORWARD_ROWS(3)
#if defined(AVX512)
            FORWARD_ROWS(4)
#endif
          }
      }
    }
  }
#undef FORWARD_ROWS
}
