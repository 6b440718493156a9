#include "CChecksum.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define FOLDING __attribute__((target("pclmul,ssse3,sse4.1")))

// x^n mod x^16 + x^12 + x^5 + 1 for the two halves of sixteen bytes that are moved up by 16 and by 64 bytes: n is 8 times
// that for the low half, and 64 more for the high one.
#define UP_16 _mm_set_epi64x(0x650b, 0xaefc)
#define UP_64 _mm_set_epi64x(0x8832, 0x13fc)

enum { BLOCK = sizeof(__m128i), STRIDE = 4 * BLOCK };

// The first byte becomes the highest.
FOLDING static inline __m128i reversed(__m128i x) {
  return _mm_shuffle_epi8(x, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

FOLDING static inline __m128i block(const uint8_t *bytes) { return reversed(_mm_loadu_si128((const __m128i *)bytes)); }

// What is left of x, moved up, plus what lies there.
FOLDING static inline __m128i fold(__m128i x, __m128i up, __m128i next) {
  __m128i low = _mm_clmulepi64_si128(x, up, 0x00), high = _mm_clmulepi64_si128(x, up, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

FOLDING static size_t fold_all(const uint8_t *bytes, size_t count, uint16_t crc, uint8_t folded[16]) {
  __m128i sum[4];
  for (int i = 0; i < 4; i++) sum[i] = block(bytes + i * BLOCK);
  // What came before stands at the top.
  sum[0] = _mm_xor_si128(sum[0], _mm_set_epi64x((long long)((uint64_t)crc << 48), 0));
  size_t done = STRIDE;
  for (; done + STRIDE <= count; done += STRIDE)
    for (int i = 0; i < 4; i++) sum[i] = fold(sum[i], UP_64, block(bytes + done + i * BLOCK));
  for (int i = 1; i < 4; i++) sum[i] = fold(sum[i - 1], UP_16, sum[i]);
  _mm_storeu_si128((__m128i *)folded, reversed(sum[3]));
  return done;
}

size_t fw_crc16_fold(const uint8_t *bytes, size_t count, uint16_t crc, uint8_t folded[16]) {
  if (count < STRIDE || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) return 0;
  return fold_all(bytes, count, crc, folded);
}

#else

size_t fw_crc16_fold(const uint8_t *bytes, size_t count, uint16_t crc, uint8_t folded[16]) { return 0; }

#endif
