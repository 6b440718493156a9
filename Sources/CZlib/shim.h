#ifndef FEATHERWEIGHT_CZLIB_SHIM_H
#define FEATHERWEIGHT_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 and deflateInit2 are macros that pass the header's version and the stream's size.
static inline int fw_inflate_init2(z_streamp stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}

#endif
