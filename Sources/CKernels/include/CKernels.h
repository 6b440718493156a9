#ifndef FEATHERWEIGHT_CKERNELS_H
#define FEATHERWEIGHT_CKERNELS_H

// Kernels that the compiler must specialise for the processor's vector instructions, chosen when first called.
//
// Every element is computed by the same operations in the same order whatever the width of a vector: multiplications
// and additions are fused where the source says fma and nowhere else, and lanes of a vector are summed in an order that
// is written down. So AVX-512, AVX2 and portable code give the same bits.

// Dense layers, activations and losses.
#include "dense.h"

// Training of autoencoders.
#include "autoencoder.h"

// Layers of images.
#include "images.h"
#include "winograd.h"

#endif
