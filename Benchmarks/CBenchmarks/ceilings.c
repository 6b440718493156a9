#define _GNU_SOURCE
#include "cbenchmarks.h"

#include <dnnl.h>
#include <malloc.h>
#include <sys/mman.h>

int fw_bench_sgemm(const float *a, const float *b, float *c, ptrdiff_t size) {
  return dnnl_sgemm('N', 'N', size, size, size, 1, a, size, b, size, 0, c, size) == dnnl_success ? 0 : 1;
}

void fw_bench_triad(float *restrict a, const float *restrict b, const float *restrict c, float scale, size_t count) {
  for (size_t i = 0; i < count; i++) a[i] = b[i] + scale * c[i];
}

float *fw_bench_allocate(size_t count) {
  void *base = mmap(NULL, count * sizeof(float), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return NULL;
  // Advice only: without huge pages the same loop is a little slower.
  madvise(base, count * sizeof(float), MADV_HUGEPAGE);
  return base;
}

void fw_bench_free(float *base, size_t count) { munmap(base, count * sizeof(float)); }

void fw_bench_trim(void) { malloc_trim(0); }
