#pragma once
// HDF5's constants are macros that call H5open() first, and some functions are macros over versioned names; Swift imports
// neither, so each that we use has a getter here.
#include <hdf5.h>
#include <hdf5_hl.h>

static inline hid_t fw_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t fw_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t fw_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t fw_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t fw_f32le(void) { return H5T_IEEE_F32LE; }
static inline hid_t fw_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t fw_i64le(void) { return H5T_STD_I64LE; }
static inline hid_t fw_u8le(void) { return H5T_STD_U8LE; }
static inline hid_t fw_c_string(void) { return H5T_C_S1; }
static inline unsigned fw_truncate(void) { return H5F_ACC_TRUNC; }
