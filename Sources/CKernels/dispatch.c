#include "CKernels.h"

extern const fw_kernels fw_kernels_portable;
#if defined(__x86_64__)
extern const fw_kernels fw_kernels_avx2;
extern const fw_kernels fw_kernels_avx512;
#endif

const fw_kernels *fw_kernels_for(fw_instruction_set set) {
#if defined(__x86_64__)
  if (set == fw_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") ? &fw_kernels_avx512 : NULL;
  if (set == fw_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &fw_kernels_avx2 : NULL;
#endif
  return set == fw_portable ? &fw_kernels_portable : NULL;
}
