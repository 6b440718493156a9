#include "CKernels.h"

#include <string.h>

// Vectors are passed only between functions that are always inlined, so no calling convention is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

// Every element is computed alone, so that the processor's instructions make no difference to the bits.
#if defined(__x86_64__)
#define EACH_ISA __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define EACH_ISA
#endif
#define INLINE static inline __attribute__((always_inline))

EACH_ISA void fw_add(float *restrict sum, const float *restrict part, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += part[i];
}

// Eight floats: half a block of channels, or a whole one with AVX2.
typedef float fw_eight __attribute__((vector_size(32), aligned(4)));
typedef int fw_mask __attribute__((vector_size(32), aligned(4)));
enum { EIGHT = 8 };

// `a` where the mask has ones, else `b`.
INLINE fw_eight choose_eight(fw_mask mask, fw_eight a, fw_eight b) {
  return (fw_eight)((mask & (fw_mask)a) | (~mask & (fw_mask)b));
}

INLINE float choose_one(int isFirst, float a, float b) { return isFirst ? a : b; }

// One window of a pool, for eight lanes at once and for a single one.
#define WINDOW(TYPE, MASK, SUFFIX)                                                                                     \
  INLINE void forward_##SUFFIX(const fw_pool *p, const float *corner, float *output, int isRectified) {                \
    TYPE zero = {0}, best = *(const TYPE *)corner;                                                                     \
    for (size_t y = 0; y < p->side; y++)                                                                               \
      for (size_t x = 0; x < p->side; x++) {                                                                           \
        TYPE value = *(const TYPE *)(corner + (y * p->width + x) * p->lanes);                                          \
        best = choose_##SUFFIX((value > best) | (value != value), value, best);                                        \
      }                                                                                                                \
    *(TYPE *)output = isRectified ? choose_##SUFFIX(best < zero, zero, best) : best;                                   \
  }                                                                                                                    \
                                                                                                                       \
  INLINE void backward_##SUFFIX(const fw_pool *p, const float *corner, const float *output, const float *delta,        \
                                float *gradient, int isRectified, int overlaps) {                                      \
    TYPE zero = {0}, best = *(const TYPE *)output, rest = *(const TYPE *)delta;                                        \
    if (isRectified) rest = choose_##SUFFIX(best > zero, rest, zero);                                                  \
    for (size_t y = 0; y < p->side; y++)                                                                               \
      for (size_t x = 0; x < p->side; x++) {                                                                           \
        size_t at = (y * p->width + x) * p->lanes;                                                                     \
        MASK isBest = *(const TYPE *)(corner + at) == best;                                                            \
        TYPE share = choose_##SUFFIX(isBest, rest, zero);                                                              \
        rest = choose_##SUFFIX(isBest, zero, rest);                                                                    \
        *(TYPE *)(gradient + at) = overlaps ? *(TYPE *)(gradient + at) + share : share;                                \
      }                                                                                                                \
  }

WINDOW(fw_eight, fw_mask, eight)
WINDOW(float, int, one)

// Does EIGHT_LANES or ONE_LANE for all lanes of every window, whose corners are at `in` and `out`.
#define EACH_WINDOW(P, EIGHT_LANES, ONE_LANE)                                                                          \
  for (size_t plane = 0; plane < (P).planes; plane++)                                                                  \
    for (size_t y = 0; y < (P).output_height; y++)                                                                     \
      for (size_t x = 0; x < (P).output_width; x++) {                                                                  \
        size_t in = ((plane * (P).height + y * (P).stride) * (P).width + x * (P).stride) * (P).lanes;                  \
        size_t out = ((plane * (P).output_height + y) * (P).output_width + x) * (P).lanes;                             \
        size_t lane = 0;                                                                                               \
        for (; lane + EIGHT <= (P).lanes; lane += EIGHT, in += EIGHT, out += EIGHT) EIGHT_LANES;                       \
        for (; lane < (P).lanes; lane++, in++, out++) ONE_LANE;                                                        \
      }

INLINE void forward(fw_pool p, const float *input, float *output,
                    int isRectified){EACH_WINDOW(p, forward_eight(&p, input + in, output + out, isRectified),
                                                 forward_one(&p, input + in, output + out, isRectified))}

INLINE void backward(fw_pool p, fw_pool_arrays a, int isRectified, int overlaps){
    EACH_WINDOW(p,
                backward_eight(&p, a.input + in, a.output + out, a.delta + out, a.gradient + in, isRectified, overlaps),
                backward_one(&p, a.input + in, a.output + out, a.delta + out, a.gradient + in, isRectified, overlaps))}

// The usual pool: the compiler unrolls its loops.
INLINE fw_pool usual(fw_pool pool) {
  pool.side = pool.stride = 2;
  pool.lanes = 16;
  return pool;
}

INLINE int is_usual(fw_pool pool) { return pool.side == 2 && pool.stride == 2 && pool.lanes == 16; }

EACH_ISA void fw_pool_forward(fw_pool pool, const float *input, float *output, int isRectified) {
  if (is_usual(pool)) {
    forward(usual(pool), input, output, isRectified);
  } else {
    forward(pool, input, output, isRectified);
  }
}

EACH_ISA void fw_pool_backward(fw_pool pool, fw_pool_arrays arrays, int isRectified) {
  int isTiled = pool.stride == pool.side && pool.output_height * pool.side == pool.height &&
                pool.output_width * pool.side == pool.width;
  // Elements that no window holds have no gradient.
  if (!isTiled) memset(arrays.gradient, 0, pool.planes * pool.height * pool.width * pool.lanes * sizeof(float));
  if (isTiled && is_usual(pool)) {
    backward(usual(pool), arrays, isRectified, 0);
  } else {
    backward(pool, arrays, isRectified, !isTiled);
  }
}
