#if defined(__x86_64__)

#include <immintrin.h>

#define KERNELS fw_kernels_avx512
#define AVX512
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop

#endif
