#define KERNELS fw_kernels_portable
#include "kernels.h"
