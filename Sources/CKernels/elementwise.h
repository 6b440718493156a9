// Activations that need no more than a comparison, and pixels. Included once for each instruction set.

typedef int lane_mask __attribute__((vector_size(64), aligned(4)));

INLINE lanes choose_lanes(lane_mask mask, lanes yes, lanes no) {
  return (lanes)((mask & (lane_mask)yes) | (~mask & (lane_mask)no));
}

// slope x, and 0 for a slope of 0 even where x is infinite.
INLINE lanes sloped(lanes x, float slope) { return slope == 0 ? spread(0) : spread(slope) * x; }

// x where it is not negative, else slope x; NaN stays NaN.
INLINE lanes rectified(lanes x, float slope) { return choose_lanes(x < spread(0), sloped(x, slope), x); }

static void rectify(float *x, size_t count, float slope) {
  size_t at = 0;
  for (; at + LANES <= count; at += LANES) store(x + at, rectified(load(x + at), slope));
  if (at < count) store_part(x + at, rectified(load_part(x + at, count - at), slope), count - at);
}

// delta where the output y is positive, else slope delta.
INLINE lanes rectified_back(lanes delta, lanes y, float slope) {
  return choose_lanes(y > spread(0), delta, sloped(delta, slope));
}

static void rectify_back(float *delta, const float *y, size_t count, float slope) {
  size_t at = 0;
  for (; at + LANES <= count; at += LANES) store(delta + at, rectified_back(load(delta + at), load(y + at), slope));
  if (at == count) return;
  size_t rest = count - at;
  store_part(delta + at, rectified_back(load_part(delta + at, rest), load_part(y + at, rest), slope), rest);
}

typedef unsigned char lane_bytes __attribute__((vector_size(16), aligned(1)));

// byte / 255, rounded once: 1 / 255 as the sum of two floats is precise enough for all 256 of them.
INLINE lanes byte_shares(lane_bytes bytes) {
  lanes x = __builtin_convertvector(bytes, lanes);
  return fma(x, spread(0x1.010102p-8f), x * spread(-0x1.fdfdfep-33f));
}

// Bytes that lie one after the other are fetched this far ahead.
enum { BYTES_AHEAD = 8192 };

static void unpack(const unsigned char *from, size_t count, float *to) {
  size_t at = 0;
  for (; at + LANES <= count; at += LANES) {
    if (at % 64 == 0) __builtin_prefetch(from + at + BYTES_AHEAD, 0, 2);
    store(to + at, byte_shares(*(const lane_bytes *)(from + at)));
  }
  if (at == count) return;
  lane_bytes rest = {0};
  memcpy(&rest, from + at, count - at);
  store_part(to + at, byte_shares(rest), count - at);
}
