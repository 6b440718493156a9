#ifndef FEATHERWEIGHT_INSTRUCTIONS_H
#define FEATHERWEIGHT_INSTRUCTIONS_H

#include <stdbool.h>
#include <stddef.h>

// The instructions that a kernel is compiled for.
typedef enum { fw_portable, fw_avx2, fw_avx512 } fw_instruction_set;

// Whether this processor has them.
bool fw_has_instructions(fw_instruction_set set);

// Floats that are computed side by side, whatever the width of the processor's registers.
enum { FW_LANES = 16 };

// `count` rounded up to whole vectors.
static inline size_t fw_whole_lanes(size_t count) { return (count + FW_LANES - 1) / FW_LANES * FW_LANES; }

#endif
