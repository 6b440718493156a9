# Writes what R (hdf5r) shows of the arrays of HDF5 files, for check_r.py:
#
#   Rscript check_r.R OUT FILE...
#
# OUT.tsv has a line per array: file, path, class, dimensions as R shows them, number of values, units, long_name, axes, texts.
# OUT.bin has the numbers one after another, as float64.
suppressPackageStartupMessages(library(hdf5r))
arguments <- commandArgs(trailingOnly = TRUE)
index <- file(paste0(arguments[1], ".tsv"), "w")
numbers <- file(paste0(arguments[1], ".bin"), "wb")

attribute <- function(array, name) if (array$attr_exists(name)) h5attr(array, name) else ""

for (name in arguments[-1]) {
  # Links into other files are not followed: a sweep's runs have files of their own here.
  file <- H5File$new(name, mode = "r")
  for (path in file$ls(recursive = TRUE)$name) {
    if (startsWith(path, "runs/") || path == "seal") next
    array <- file[[path]]
    if (!inherits(array, "H5D")) next
    values <- array$read()
    texts <- ""
    if (is.character(values)) {
      texts <- paste(gsub("\n", "\\n", values, fixed = TRUE), collapse = "\\0")
    } else {
      writeBin(as.double(values), numbers)
    }
    cat(
      name, path, class(values)[1], paste(array$dims, collapse = " "), length(values), attribute(array, "units"),
      attribute(array, "long_name"), attribute(array, "axes"), texts,
      sep = "\t", file = index)
    cat("\n", file = index)
  }
  file$close_all()
}
close(index)
close(numbers)
