#if defined(__x86_64__)

#include <immintrin.h>

#define KERNELS fw_kernels_avx2
#define AVX2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop

#endif
