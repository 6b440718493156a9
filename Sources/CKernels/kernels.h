// All kernels for one instruction set, under a name that the including file defines as KERNELS. How many vectors a tile
// holds depends on the set; the operations on each element and their order do not, which gives all sets the same bits.

#include <stdbool.h>

#include "CKernels.h"

#include "lanes.h"
#include "steps.h"

#include "dense_forward.h"

#include "dense_backward.h"

#include "convolution.h"
#include "elementwise.h"
#include "softmax.h"

const fw_kernels KERNELS = {dense_forward,    dense_backward,    dense_step,        step,
                            rectify,          rectify_back,      unpack,            softmax_cross_entropy,
                            winograd_weights, winograd_gradient, winograd_convolve, winograd_differentiate};
