// Convolutions with 3x3 squares by Winograd's minimal filtering F(4x4, 3x3): see include/winograd.h. Included once for
// each instruction set.
//
// A tile of 4x4 outputs is seen through the 6x6 inputs that it depends on. Polynomials are interpolated at 0, A, -A, B,
// -B and infinity: these points halve the rounding errors of the usual 1 and 2 (Lavin and Gray 2015, arXiv:1509.09308,
// section 4.1), and their powers are exact.

enum { TILE = 4, SEEN = 6, PLACES = fw_winograd_places };

#define A1 0.625f
#define A2 (A1 * A1)
#define A3 (A1 * A1 * A1)
#define B1 1.5f
#define B2 (B1 * B1)
#define B3 (B1 * B1 * B1)
// Products of each finite point's distances to the others, the other way up.
#define AT_0 (1 / (A2 * B2))
#define AT_A (1 / (2 * A2 * (A2 - B2)))
#define AT_B (1 / (2 * B2 * (B2 - A2)))

// Six inputs in a line.
INLINE void transform_input(const lanes *x, lanes *y) {
  lanes even_a = fma(spread(-B2), x[2], x[4]), odd_a = fma(spread(-B2), x[1], x[3]);
  lanes even_b = fma(spread(-A2), x[2], x[4]), odd_b = fma(spread(-A2), x[1], x[3]);
  y[0] = fma(spread(A2 * B2), x[0], fma(spread(-(A2 + B2)), x[2], x[4]));
  y[1] = fma(spread(A1), odd_a, even_a);
  y[2] = fma(spread(-A1), odd_a, even_a);
  y[3] = fma(spread(B1), odd_b, even_b);
  y[4] = fma(spread(-B1), odd_b, even_b);
  y[5] = fma(spread(A2 * B2), x[1], fma(spread(-(A2 + B2)), x[3], x[5]));
}

// To four outputs in a line.
INLINE void transform_output(const lanes *x, lanes *y) {
  lanes sum_a = x[1] + x[2], difference_a = x[1] - x[2], sum_b = x[3] + x[4], difference_b = x[3] - x[4];
  y[0] = x[0] + sum_a + sum_b;
  y[1] = fma(spread(B1), difference_b, spread(A1) * difference_a);
  y[2] = fma(spread(B2), sum_b, spread(A2) * sum_a);
  y[3] = fma(spread(B3), difference_b, fma(spread(A3), difference_a, x[5]));
}

// The gradient at four outputs in a line.
INLINE void transform_delta(const lanes *x, lanes *y) {
  lanes even_a = fma(spread(A2), x[2], x[0]), odd_a = fma(spread(A2), x[3], x[1]);
  lanes even_b = fma(spread(B2), x[2], x[0]), odd_b = fma(spread(B2), x[3], x[1]);
  y[0] = x[0];
  y[1] = fma(spread(A1), odd_a, even_a);
  y[2] = fma(spread(-A1), odd_a, even_a);
  y[3] = fma(spread(B1), odd_b, even_b);
  y[4] = fma(spread(-B1), odd_b, even_b);
  y[5] = x[3];
}

// What a convolution sees in a line of a tile, or the gradient there.
INLINE void transform_square(const lanes *x, lanes *y, int side) {
  if (side == SEEN)
    transform_input(x, y);
  else
    transform_delta(x, y);
}

// Three weights in a line.
INLINE void transform_weights(const lanes *x, lanes *y) {
  lanes even_a = fma(spread(A2), x[2], x[0]), even_b = fma(spread(B2), x[2], x[0]);
  y[0] = spread(AT_0) * x[0];
  y[1] = spread(AT_A) * fma(spread(A1), x[1], even_a);
  y[2] = spread(AT_A) * fma(spread(-A1), x[1], even_a);
  y[3] = spread(AT_B) * fma(spread(B1), x[1], even_b);
  y[4] = spread(AT_B) * fma(spread(-B1), x[1], even_b);
  y[5] = x[2];
}

// To the gradient of three weights in a line.
INLINE void transform_gradient(const lanes *x, lanes *y) {
  lanes sum_a = spread(AT_A) * (x[1] + x[2]), difference_a = spread(AT_A) * (x[1] - x[2]);
  lanes sum_b = spread(AT_B) * (x[3] + x[4]), difference_b = spread(AT_B) * (x[3] - x[4]);
  y[0] = fma(spread(AT_0), x[0], sum_a) + sum_b;
  y[1] = fma(spread(B1), difference_b, spread(A1) * difference_a);
  y[2] = fma(spread(B2), sum_b, spread(A2) * sum_a) + x[5];
}

INLINE size_t room(fw_planes planes) { return fw_whole_lanes(planes.channels); }

INLINE size_t tiles_along(size_t length) { return (length + TILE - 1) / TILE; }

INLINE size_t tiles_of(fw_winograd w) {
  return w.images * tiles_along(w.destination.height) * tiles_along(w.destination.width);
}

// The image of a tile, and its first line and column in it.
typedef struct {
  size_t image;
  size_t y;
  size_t x;
} corner;

INLINE corner corner_of(fw_planes planes, size_t tile) {
  size_t right = tiles_along(planes.width), down = tiles_along(planes.height), line = tile / right;
  return (corner){.image = line / down, .y = line % down * TILE, .x = tile % right * TILE};
}

// The squares of `side` x `side` pixels that begin `before` pixels left of and above each tile of `tiled`, transformed:
// [36, tiles, channels].
//
// What lies outside of an image is zero.
INLINE void take_tiles(fw_planes planes, const float *images, fw_planes tiled, ptrdiff_t before, size_t first,
                       size_t count, float *taken, int side) {
  ptrdiff_t height = (ptrdiff_t)planes.height, width = (ptrdiff_t)planes.width;
  size_t channels = room(planes), step = fw_winograd_step(count, planes);
  for (size_t t = 0; t < count; t++) {
    corner at = corner_of(tiled, first + t);
    ptrdiff_t x = (ptrdiff_t)at.x - before, y = (ptrdiff_t)at.y - before;
    const float *image = images + at.image * channels * planes.height * planes.width;
    bool is_inner = x >= 0 && x + side <= width;
    for (size_t c = 0; c < channels; c += LANES) {
      lanes half[SEEN][SEEN], whole[SEEN], row[SEEN];
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) {
        const float *from = image + ((ptrdiff_t)c * height + (y + i) * LANES) * width + x * LANES;
        if (y + i < 0 || y + i >= height) {
#pragma clang loop unroll(full)
          for (int j = 0; j < SEEN; j++) half[j][i] = spread(0);
          continue;
        }
        if (is_inner) {
#pragma clang loop unroll(full)
          for (int j = 0; j < side; j++) row[j] = load(from + j * LANES);
        } else {
#pragma clang loop unroll(full)
          for (int j = 0; j < side; j++) row[j] = x + j < 0 || x + j >= width ? spread(0) : load(from + j * LANES);
        }
        transform_square(row, whole, side);
#pragma clang loop unroll(full)
        for (int j = 0; j < SEEN; j++) half[j][i] = whole[j];
      }
      float *to = taken + t * channels + c;
#pragma clang loop unroll(full)
      for (int j = 0; j < SEEN; j++) {
        transform_square(half[j], whole, side);
#pragma clang loop unroll(full)
        for (int i = 0; i < SEEN; i++) store(to + (size_t)(i * SEEN + j) * step, whole[i]);
      }
    }
  }
}

// The outputs of tiles from their transforms [36, tiles, channels], and the biases, if any, of the channels added.
INLINE void give_tiles(fw_planes planes, float *images, size_t first, size_t count, const float *given,
                       const float *bias) {
  size_t channels = room(planes), step = fw_winograd_step(count, planes);
  for (size_t t = 0; t < count; t++) {
    corner at = corner_of(planes, first + t);
    float *image = images + at.image * channels * planes.height * planes.width;
    size_t down = least(TILE, planes.height - at.y), right = least(TILE, planes.width - at.x);
    for (size_t c = 0; c < channels; c += LANES) {
      const float *from = given + t * channels + c;
      lanes half[TILE][SEEN], row[SEEN], whole[TILE];
#pragma clang loop unroll(full)
      for (int i = 0; i < SEEN; i++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < SEEN; j++) row[j] = load(from + (size_t)(i * SEEN + j) * step);
        transform_output(row, whole);
#pragma clang loop unroll(full)
        for (int j = 0; j < TILE; j++) half[j][i] = whole[j];
      }
      lanes shift = bias == NULL ? spread(0) : load_part(bias + c, least(LANES, planes.channels - c));
      float *to = image + (c * planes.height + at.y * LANES) * planes.width + at.x * LANES;
#pragma clang loop unroll(full)
      for (size_t j = 0; j < TILE; j++) {
        transform_output(half[j], whole);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < TILE; i++)
          if (i < down && j < right) store(to + (i * planes.width + j) * LANES, whole[i] + shift);
      }
    }
  }
}

// A matrix product c = a . b, or what is added to c: rows of a lie row_step apart and its columns column_step; b and c
// are vectors side by side, their rows b_step and c_step apart. Every element is one chain of fma from the first term
// on.
typedef struct {
  const float *a;
  size_t row_step;
  size_t column_step;
  const float *b;
  size_t b_step;
  float *c;
  size_t c_step;
  size_t terms;
  bool adds;
} product;

INLINE void product_tile(const product *p, size_t row, size_t column, int rows, int vectors) {
  lanes sum[12][4];
  float *c = p->c + row * p->c_step + column;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) sum[i][j] = p->adds ? load(c + (size_t)i * p->c_step + j * LANES) : spread(0);
  const float *a = p->a + row * p->row_step, *b = p->b + column;
  for (size_t k = 0; k < p->terms; k++, a += p->column_step, b += p->b_step) {
    lanes vector[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) vector[j] = load(b + j * LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      lanes factor = spread(a[(size_t)i * p->row_step]);
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) sum[i][j] = fma(factor, vector[j], sum[i][j]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) store(c + (size_t)i * p->c_step + j * LANES, sum[i][j]);
}

INLINE void product_column(const product *p, size_t rows, size_t column, int most, int vectors) {
  size_t row = 0;
  for (; row + (size_t)most <= rows; row += (size_t)most) product_tile(p, row, column, most, vectors);
  for (; row + 4 <= rows; row += 4) product_tile(p, row, column, 4, vectors);
  for (; row < rows; row++) product_tile(p, row, column, 1, vectors);
}

// The tiles of sums that this instruction set's registers hold.
static void multiply(const product *p, size_t rows, size_t columns) {
  size_t column = 0;
#if defined(AVX512)
  for (; column + 4 * LANES <= columns; column += 4 * LANES) product_column(p, rows, column, 6, 4);
  for (; column + 2 * LANES <= columns; column += 2 * LANES) product_column(p, rows, column, 12, 2);
#endif
  for (; column < columns; column += LANES) product_column(p, rows, column, 6, 1);
}

// Panels of outputs in which transformed weights lie: as many vectors as a tile of sums has.
INLINE size_t panel_width(size_t columns) {
  return columns >= 4 * LANES ? 4 * LANES : columns >= 2 * LANES ? 2 * LANES : LANES;
}

static void winograd_weights(fw_winograd_weights w, const float *weight, float *transformed) {
  size_t inputs = w.is_turned ? w.outputs : w.inputs, outputs = w.is_turned ? w.inputs : w.outputs;
  size_t input_room = fw_whole_lanes(inputs), output_room = fw_whole_lanes(outputs), width;
  for (size_t first = 0; first < output_room; first += width) {
    width = panel_width(output_room - first);
    for (size_t i = 0; i < input_room; i++)
      for (size_t o = first; o < first + width; o += LANES) {
        float gathered[9][LANES] = {{0}};
        for (size_t l = 0; i < inputs && l < LANES && o + l < outputs; l++) {
          const float *from = weight + 9 * (w.is_turned ? i * w.inputs + o + l : (o + l) * w.inputs + i);
          for (size_t k = 0; k < 9; k++) gathered[w.is_turned ? 8 - k : k][l] = from[k];
        }
        lanes half[SEEN][3], row[3], whole[SEEN];
        for (int k = 0; k < 3; k++) {
          for (int j = 0; j < 3; j++) row[j] = load(gathered[3 * k + j]);
          transform_weights(row, whole);
          for (int j = 0; j < SEEN; j++) half[j][k] = whole[j];
        }
        float *to = transformed + first * input_room + i * width + (o - first);
        for (int j = 0; j < SEEN; j++) {
          transform_weights(half[j], whole);
          for (int k = 0; k < SEEN; k++) store(to + (size_t)(k * SEEN + j) * input_room * output_room, whole[k]);
        }
      }
  }
}

static void winograd_gradient(fw_winograd_weights w, const float *transformed, float *gradient) {
  size_t input_room = fw_whole_lanes(w.inputs), output_room = fw_whole_lanes(w.outputs);
  for (size_t i = 0; i < w.inputs; i++)
    for (size_t o = 0; o < w.outputs; o += LANES) {
      const float *from = transformed + i * output_room + o;
      lanes half[3][SEEN], row[SEEN], whole[3];
      for (int k = 0; k < SEEN; k++) {
        for (int j = 0; j < SEEN; j++) row[j] = load(from + (size_t)(k * SEEN + j) * input_room * output_room);
        transform_gradient(row, whole);
        for (int j = 0; j < 3; j++) half[j][k] = whole[j];
      }
      float scattered[9][LANES];
      for (int j = 0; j < 3; j++) {
        transform_gradient(half[j], whole);
        for (int k = 0; k < 3; k++) store(scattered[3 * k + j], whole[k]);
      }
      for (size_t l = 0; l < LANES && o + l < w.outputs; l++)
        for (size_t k = 0; k < 9; k++) gradient[9 * ((o + l) * w.inputs + i) + k] = scattered[k][l];
    }
}

// The second half of the scratch, behind what is transformed of a block's source.
INLINE float *second_half(fw_winograd w, float *scratch) {
  return scratch + PLACES * fw_winograd_step(fw_winograd_block, w.source);
}

static void winograd_convolve(fw_winograd w, const float *source, const float *transformed, const float *bias,
                              float *destination, float *scratch) {
  size_t inputs = room(w.source), outputs = room(w.destination), width;
  float *taken = scratch, *given = second_half(w, scratch);
  for (size_t first = 0, tiles = tiles_of(w); first < tiles; first += fw_winograd_block) {
    size_t count = least(fw_winograd_block, tiles - first);
    take_tiles(w.source, source, w.destination, w.padding, first, count, taken, SEEN);
    for (size_t place = 0; place < PLACES; place++)
      for (size_t column = 0; column < outputs; column += width) {
        width = panel_width(outputs - column);
        product p = {.a = taken + place * fw_winograd_step(count, w.source),
                     .row_step = inputs,
                     .column_step = 1,
                     .b = transformed + (place * outputs + column) * inputs,
                     .b_step = width,
                     .c = given + place * fw_winograd_step(count, w.destination) + column,
                     .c_step = outputs,
                     .terms = inputs};
        multiply(&p, count, width);
      }
    give_tiles(w.destination, destination, first, count, given, bias);
  }
}

// Sums over a line of pixels, over an image's lines and over images, each from the first on.
INLINE void bias_gradient(fw_planes planes, size_t images, const float *delta, bool adds, float *gradient) {
  size_t channels = room(planes);
  for (size_t c = 0; c < channels; c += LANES) {
    size_t count = least(LANES, planes.channels - c);
    lanes total = adds ? load_part(gradient + c, count) : spread(0);
    for (size_t image = 0; image < images; image++) {
      const float *from = delta + (image * channels + c) * planes.height * planes.width;
      lanes sum = spread(0);
      for (size_t y = 0; y < planes.height; y++) {
        lanes line = spread(0);
        for (size_t x = 0; x < planes.width; x++, from += LANES) line += load(from);
        sum += line;
      }
      total += sum;
    }
    store_part(gradient + c, total, count);
  }
}

static void winograd_differentiate(fw_winograd w, const float *source, const float *delta, bool adds,
                                   float *gradient, float *bias, float *scratch) {
  size_t inputs = room(w.source), outputs = room(w.destination);
  float *seen = scratch, *met = second_half(w, scratch);
  for (size_t first = 0, tiles = tiles_of(w); first < tiles; first += fw_winograd_block) {
    size_t count = least(fw_winograd_block, tiles - first);
    take_tiles(w.source, source, w.destination, w.padding, first, count, seen, SEEN);
    take_tiles(w.destination, delta, w.destination, 0, first, count, met, TILE);
    for (size_t place = 0; place < PLACES; place++) {
      product p = {.a = seen + place * fw_winograd_step(count, w.source),
                   .row_step = 1,
                   .column_step = inputs,
                   .b = met + place * fw_winograd_step(count, w.destination),
                   .b_step = outputs,
                   .c = gradient + place * inputs * outputs,
                   .c_step = outputs,
                   .terms = count,
                   .adds = adds || first > 0};
      multiply(&p, inputs, outputs);
    }
  }
  bias_gradient(w.destination, w.images, delta, adds, bias);
}
