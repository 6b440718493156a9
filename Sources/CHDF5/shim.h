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
static inline unsigned fw_read_only(void) { return H5F_ACC_RDONLY; }

// The type of a link (H5L_type_t), or -1.
static inline int fw_link_type(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
}

// Hands the name of every link of a group to `visit`, in alphabetical order and in one pass.
typedef void (*fw_visit_name)(const char *name, void *context);
typedef struct {
  fw_visit_name visit;
  void *context;
} fw_visitor;

static inline herr_t fw_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *visitor) {
  (void)group;
  (void)info;
  ((fw_visitor *)visitor)->visit(name, ((fw_visitor *)visitor)->context);
  return 0;
}

static inline herr_t fw_visit_links(hid_t group, fw_visit_name visit, void *context) {
  fw_visitor visitor = {visit, context};
  hsize_t position = 0;
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, fw_visit_link, &visitor);
}
