#ifndef FEATHERWEIGHT_CBENCHMARKS_H
#define FEATHERWEIGHT_CBENCHMARKS_H

#include <stddef.h>

// What the machine can do, one thread each (callers divide work among threads), and memory.

// c = a * b for square row-major matrices, by the oneDNN library. Returns 0 on success.
int fw_bench_sgemm(const float *a, const float *b, float *c, ptrdiff_t size);

// a[i] = b[i] + scale * c[i]: 12 bytes of memory traffic per element, as STREAM counts it.
void fw_bench_triad(float *a, const float *b, const float *c, float scale, size_t count);

// Zeroed memory of `count` floats in huge pages where the system grants them; NULL when there is none. Freed by
// fw_bench_free.
float *fw_bench_allocate(size_t count);
void fw_bench_free(float *base, size_t count);

// Gives memory that was freed back to the system.
void fw_bench_trim(void);

#endif
