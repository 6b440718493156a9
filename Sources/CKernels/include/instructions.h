#ifndef FEATHERWEIGHT_INSTRUCTIONS_H
#define FEATHERWEIGHT_INSTRUCTIONS_H

#include <stdbool.h>

// The instructions that a kernel is compiled for.
typedef enum { fw_portable, fw_avx2, fw_avx512 } fw_instruction_set;

// Whether this processor has them.
bool fw_has_instructions(fw_instruction_set set);

#endif
