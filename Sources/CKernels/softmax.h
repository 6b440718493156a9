// Softmax cross-entropy in double. Included once for each instruction set.

typedef double doubles __attribute__((vector_size(64), aligned(8)));
typedef long long integers __attribute__((vector_size(64), aligned(8)));
enum { HALF = 8 };

INLINE doubles spread_double(double x) { return (doubles){x, x, x, x, x, x, x, x}; }

INLINE doubles fma_double(doubles a, doubles b, doubles c) { return __builtin_elementwise_fma(a, b, c); }

INLINE doubles choose(integers mask, doubles yes, doubles no) {
  return (doubles)((mask & (integers)yes) | (~mask & (integers)no));
}

// exp(x) within 1 ulp for -708 <= x <= 0, and 0 below that; NaN stays NaN.
INLINE doubles exp_of_negative(doubles x) {
  doubles clamped = choose(x < -708.0, spread_double(-708), x);
  // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits.
  doubles shifted = fma_double(clamped, spread_double(0x1.71547652b82fep0), spread_double(0x1.8p52));
  doubles k = shifted - 0x1.8p52;
  doubles r = fma_double(k, spread_double(-0x1.62e42fee00000p-1), clamped);
  r = fma_double(k, spread_double(-0x1.a39ef35793c76p-33), r);
  // Taylor's series on |r| <= 0.3466: the first term left out is below 2^-57.
  static const double inverse_factorials[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
      1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1,           1};
  doubles sum = spread_double(inverse_factorials[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 14; i++) sum = fma_double(sum, r, spread_double(inverse_factorials[i]));
  doubles power = (doubles)(((integers)shifted << 52) + (1023LL << 52));
  return choose(x < -708.0, spread_double(0), sum * power);
}

// log(x) within about 2 ulp (the most near 1) for 1 <= x < infinity; anything for others.
INLINE doubles log_of_large(doubles x) {
  integers bits = (integers)x;
  doubles significand = (doubles)((bits & 0xfffffffffffffLL) | (1023LL << 52));
  // 2^52 with the exponent in its low bits.
  doubles exponent = (doubles)((bits >> 52) | 0x4330000000000000LL) - (0x1p52 + 1023);
  integers upper = significand > 0x1.6a09e667f3bcdp0;
  significand = choose(upper, significand * 0.5, significand);
  exponent = choose(upper, exponent + 1, exponent);
  // 2 atanh(s) = 2 s (1 + z/3 + z^2/5 + ...); z <= 0.0295, so the first term left out is below 2^-58 of the sum.
  doubles s = (significand - 1) / (significand + 1);
  doubles z = s * s;
  static const double inverse_odd[] = {1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13,
                                       1.0 / 11, 1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
  doubles sum = spread_double(inverse_odd[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < 10; i++) sum = fma_double(sum, z, spread_double(inverse_odd[i]));
  doubles twice = s + s;
  doubles low = fma_double(exponent, spread_double(0x1.a39ef35793c76p-33), twice * (z * sum));
  return fma_double(exponent, spread_double(0x1.62e42fee00000p-1), twice + low);
}

typedef float half_lanes __attribute__((vector_size(32), aligned(4)));

INLINE doubles widen(half_lanes x) { return __builtin_convertvector(x, doubles); }

INLINE half_lanes narrow(doubles x) { return __builtin_convertvector(x, half_lanes); }

// Eight rows, one to a lane.
INLINE void softmax_rows(float *const *row, const size_t *labels, size_t rows, size_t classes, double share,
                         fw_score *score) {
  half_lanes column[classes];
  for (size_t c = 0; c < classes; c++)
    for (int i = 0; i < HALF; i++) column[c][i] = row[i][c];
  doubles top = widen(column[0]), best = spread_double(0);
  for (size_t c = 1; c < classes; c++) {
    doubles z = widen(column[c]);
    best = choose(z > top, spread_double((double)c), best);
    top = choose(z > top, z, top);
  }
  doubles logits;
  for (int i = 0; i < HALF; i++) logits[i] = (double)row[i][labels[i]];
  doubles sum = spread_double(0);
  for (size_t c = 0; c < classes; c++) {
    doubles e = exp_of_negative(widen(column[c]) - top);
    sum += e;
    column[c] = narrow(e);
  }
  doubles factor = share / sum;
  for (size_t c = 0; c < classes; c++) {
    half_lanes shares = narrow(widen(column[c]) * factor);
    for (int i = 0; i < HALF; i++) row[i][c] = shares[i];
  }
  // An infinite or undefined sum has no logarithm.
  doubles losses =
      choose(sum < (double)__builtin_inff(), top - logits + log_of_large(sum), spread_double(__builtin_nan("")));
  for (size_t i = 0; i < rows; i++) {
    row[i][labels[i]] -= (float)share;
    score->loss += losses[i];
    score->correct += best[i] == (double)labels[i];
  }
}

static fw_score softmax_cross_entropy(float *logits, const unsigned char *labels, size_t rows, size_t classes) {
  fw_score score = {0, 0};
  for (size_t start = 0; start < rows; start += HALF) {
    size_t label[HALF];
    float *row[HALF];
    for (size_t i = 0; i < HALF; i++) {
      // The last row takes the place of rows that the last group lacks: the same values are written to it again.
      size_t number = least(start + i, rows - 1);
      row[i] = logits + number * classes;
      label[i] = labels[number];
    }
    softmax_rows(row, label, least(HALF, rows - start), classes, 1 / (double)rows, &score);
  }
  return score;
}
