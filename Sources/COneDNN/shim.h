#ifndef FEATHERWEIGHT_CONEDNN_SHIM_H
#define FEATHERWEIGHT_CONEDNN_SHIM_H

#include <dnnl.h>

#endif
