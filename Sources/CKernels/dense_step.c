#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF
// Vectors are passed only between functions that are always inlined, so no calling convention is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

// Sixteen floats: one register of AVX-512, two of AVX2, four of SSE2.
typedef float fw_lanes __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16 };

// Columns taken at a time, so that the batch's inputs stay in the second-level cache while all outputs pass over them.
enum { COLUMNS = 1024 };

#define INLINE static inline __attribute__((always_inline))

INLINE fw_lanes spread(float x) {
  return (fw_lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

// Both widths of everything below: a vector and, for the last columns, a single float.
#define GRADIENT(TYPE, NAME, LIFT, FMA)                                                                               \
  INLINE TYPE NAME(const fw_dense_batch *batch, size_t outputs, size_t inputs, size_t output, size_t column) {        \
    TYPE sum = LIFT(0);                                                                                               \
    for (size_t row = 0; row < batch->rows; row++) {                                                                  \
      TYPE input = *(const TYPE *)(batch->input + row * inputs + column);                                             \
      sum = FMA(LIFT(batch->delta[row * outputs + output]), input, sum);                                              \
    }                                                                                                                 \
    return sum;                                                                                                       \
  }

#define IDENTITY(x) ((float)(x))
GRADIENT(fw_lanes, gradient_lanes, spread, __builtin_elementwise_fma)
GRADIENT(float, gradient_one, IDENTITY, __builtin_fmaf)

#define ADAM(TYPE, NAME, LIFT, FMA, SQRT)                                                                             \
  INLINE void NAME(fw_dense_weights *w, size_t at, TYPE g, const fw_adam *rule) {                                     \
    TYPE mean = FMA(LIFT(rule->beta1), *(TYPE *)(w->first + at), LIFT(rule->rest1) * g);                              \
    TYPE square = FMA(LIFT(rule->beta2), *(TYPE *)(w->second + at), LIFT(rule->rest2) * g * g);                       \
    *(TYPE *)(w->first + at) = mean;                                                                                  \
    *(TYPE *)(w->second + at) = square;                                                                               \
    TYPE below = FMA(SQRT(square), LIFT(rule->scale), LIFT(rule->epsilon));                                           \
    *(TYPE *)(w->weight + at) -= LIFT(rule->step) * mean / below;                                                     \
  }

ADAM(fw_lanes, adam_lanes, spread, __builtin_elementwise_fma, __builtin_elementwise_sqrt)
ADAM(float, adam_one, IDENTITY, __builtin_fmaf, __builtin_sqrtf)

typedef struct {
  float rate;
  float momentum;
} fw_momentum;

#define MOMENTUM(TYPE, NAME, LIFT, FMA)                                                                               \
  INLINE void NAME(fw_dense_weights *w, size_t at, TYPE g, const fw_momentum *rule) {                                 \
    TYPE velocity = rule->momentum == 0 ? g : FMA(LIFT(rule->momentum), *(TYPE *)(w->first + at), g);                 \
    if (rule->momentum != 0) *(TYPE *)(w->first + at) = velocity;                                                     \
    *(TYPE *)(w->weight + at) -= LIFT(rule->rate) * velocity;                                                         \
  }

MOMENTUM(fw_lanes, momentum_lanes, spread, __builtin_elementwise_fma)
MOMENTUM(float, momentum_one, IDENTITY, __builtin_fmaf)

#define PASS(NAME, RULE, STEP_LANES, STEP_ONE)                                                                        \
  INLINE void NAME(fw_dense_weights w, fw_dense_batch batch, RULE rule) {                                             \
    for (size_t start = 0; start < w.inputs; start += COLUMNS) {                                                      \
      size_t end = start + COLUMNS < w.inputs ? start + COLUMNS : w.inputs;                                           \
      for (size_t output = 0; output < w.outputs; output++) {                                                         \
        size_t column = start;                                                                                        \
        for (; column + LANES <= end; column += LANES) {                                                              \
          fw_lanes g = gradient_lanes(&batch, w.outputs, w.inputs, output, column);                                   \
          STEP_LANES(&w, output * w.inputs + column, g, &rule);                                                       \
        }                                                                                                             \
        for (; column < end; column++) {                                                                              \
          float g = gradient_one(&batch, w.outputs, w.inputs, output, column);                                        \
          STEP_ONE(&w, output * w.inputs + column, g, &rule);                                                         \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }

PASS(pass_adam, fw_adam, adam_lanes, adam_one)
PASS(pass_momentum, fw_momentum, momentum_lanes, momentum_one)

// The pass compiled for each instruction set, and the choice among them.
#if defined(__x86_64__)
#define FOR_EACH_ISA(NAME, PASS_NAME, RULE)                                                                           \
  __attribute__((target("avx512f,avx512vl,fma"))) static void NAME##_avx512(                                          \
      fw_dense_weights w, fw_dense_batch b, RULE r) { PASS_NAME(w, b, r); }                                           \
  __attribute__((target("avx2,fma"))) static void NAME##_avx2(fw_dense_weights w, fw_dense_batch b, RULE r) {         \
    PASS_NAME(w, b, r);                                                                                               \
  }                                                                                                                   \
  static void NAME##_portable(fw_dense_weights w, fw_dense_batch b, RULE r) { PASS_NAME(w, b, r); }                   \
  static void NAME(fw_dense_weights w, fw_dense_batch b, RULE r) {                                                    \
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return NAME##_avx512(w, b, r);       \
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return NAME##_avx2(w, b, r);                 \
    NAME##_portable(w, b, r);                                                                                         \
  }
#else
#define FOR_EACH_ISA(NAME, PASS_NAME, RULE)                                                                           \
  static void NAME(fw_dense_weights w, fw_dense_batch b, RULE r) { PASS_NAME(w, b, r); }
#endif

FOR_EACH_ISA(run_adam, pass_adam, fw_adam)
FOR_EACH_ISA(run_momentum, pass_momentum, fw_momentum)

void fw_dense_adam(fw_dense_weights weights, fw_dense_batch batch, fw_adam rule) { run_adam(weights, batch, rule); }

void fw_dense_momentum(fw_dense_weights weights, fw_dense_batch batch, float rate, float momentum) {
  run_momentum(weights, batch, (fw_momentum){rate, momentum});
}
