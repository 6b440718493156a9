// Sixteen floats at a time, whatever the width of the processor's registers. Included once for each instruction set.

#include <stddef.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
// Vectors are passed only between functions that are always inlined, so no calling convention is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

// Sixteen floats: one register of AVX-512, two of AVX2, four of SSE2.
typedef float lanes __attribute__((vector_size(64), aligned(4)));
enum { LANES = FW_LANES };

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

// How many words say which of a row's inputs are not blank.
INLINE size_t filled_words(size_t inputs) { return (inputs + fw_filled_word - 1) / fw_filled_word; }

// A word with the lowest `count` bits set, at most 64.
INLINE uint64_t low_bits(size_t count) { return count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1; }

// The place of the highest bit that is set, from 1 on; 0 where none is.
INLINE size_t bit_width(uint64_t word) { return word == 0 ? 0 : 64 - (size_t)__builtin_clzll(word); }

INLINE lanes spread(float x) { return (lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

INLINE lanes load(const float *from) { return *(const lanes *)from; }

INLINE void store(float *to, lanes x) { *(lanes *)to = x; }

#if defined(AVX2)
// Sixteen words of ones, then of zeros: those from LANES - count on say which of sixteen floats are the first `count`.
static const int part_masks[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

INLINE __m256i part_mask(size_t count, int half) {
  return _mm256_loadu_si256((const __m256i *)(part_masks + LANES - count + half * LANES / 2));
}
#endif

// The first `count` floats, 1...16, and zeros.
INLINE lanes load_part(const float *from, size_t count) {
#if defined(AVX512)
  return (lanes)_mm512_maskz_loadu_ps((__mmask16)(0xffff >> (LANES - count)), from);
#elif defined(AVX2)
  __m256 low = _mm256_maskload_ps(from, part_mask(count, 0));
  __m256 high = _mm256_maskload_ps(from + LANES / 2, part_mask(count, 1));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  lanes x = spread(0);
  memcpy(&x, from, count * sizeof(float));
  return x;
#endif
}

INLINE void store_part(float *to, lanes x, size_t count) {
#if defined(AVX512)
  _mm512_mask_storeu_ps(to, (__mmask16)(0xffff >> (LANES - count)), (__m512)x);
#elif defined(AVX2)
  // By halves of what is left: a store under a mask takes some processors dozens of cycles.
  if (count == LANES) return store(to, x);
  __m256 eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7);
  if (count & 8) {
    _mm256_storeu_ps(to, eight);
    eight = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    to += 8;
  }
  __m128 four = _mm256_castps256_ps128(eight);
  if (count & 4) {
    _mm_storeu_ps(to, four);
    four = _mm256_extractf128_ps(eight, 1);
    to += 4;
  }
  if (count & 2) {
    _mm_storel_pi((__m64 *)to, four);
    four = _mm_movehl_ps(four, four);
    to += 2;
  }
  if (count & 1) _mm_store_ss(to, four);
#else
  memcpy(to, &x, count * sizeof(float));
#endif
}

INLINE lanes fma(lanes a, lanes b, lanes c) { return __builtin_elementwise_fma(a, b, c); }

// One step of sixteen sums side by side: each of the vectors a and b holds sums of 2n terms each; the result holds a's
// sums of n terms and then b's, where term i has been added to term i + n.
INLINE lanes fold8(lanes a, lanes b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

INLINE lanes fold4(lanes a, lanes b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

INLINE lanes fold2(lanes a, lanes b) {
  return __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +
         __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31);
}

INLINE lanes fold1(lanes a, lanes b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

// The sums across the lanes of x[0], x[1]..., `count` of them, at most 16 and known when this is compiled.
//
// Of each sum, lanes i and i + 8 are added first, then i and i + 4, i + 2, i + 1.
INLINE lanes sums_across(const lanes *x, int count) {
  lanes a[8], b[4], c[2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++)
    a[i] = 2 * i >= count ? spread(0) : fold8(x[2 * i], 2 * i + 1 < count ? x[2 * i + 1] : x[2 * i]);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) b[i] = 4 * i >= count ? spread(0) : fold4(a[2 * i], a[2 * i + 1]);
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) c[i] = 8 * i >= count ? spread(0) : fold2(b[2 * i], b[2 * i + 1]);
  return fold1(c[0], c[1]);
}
