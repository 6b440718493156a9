#include "CKernels.h"

extern const fw_kernels fw_kernels_portable;
#if defined(__x86_64__)
extern const fw_kernels fw_kernels_avx2;
extern const fw_kernels fw_kernels_avx512;
#endif

bool fw_has_instructions(fw_instruction_set set) {
#if defined(__x86_64__)
  if (set == fw_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq");
  if (set == fw_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return set == fw_portable;
}

const fw_kernels *fw_kernels_for(fw_instruction_set set) {
  if (!fw_has_instructions(set)) return NULL;
#if defined(__x86_64__)
  if (set == fw_avx512) return &fw_kernels_avx512;
  if (set == fw_avx2) return &fw_kernels_avx2;
#endif
  return &fw_kernels_portable;
}
