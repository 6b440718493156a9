% Writes what Octave shows of arrays of HDF5 files, for check_octave.py:
%
%   octave-cli --norc check_octave.m LIST OUT
%
% LIST has a line per array: how to read it, file and path, with tabs between. 'ncread' reads it with octave-netcdf, 'load' from what
% load -hdf5 gives of the whole file. OUT.tsv then has a line per array: class, dimensions as Octave
% shows them, units and long name (of ncread). OUT.bin has the numbers one after another, each in its own class.
pkg load netcdf
warning("off", "all");

% An attribute of an array in an open file.
function value = attribute(id, path, name)
  parts = strsplit(path(2:end), "/");
  for part = parts(1:end-1)
    id = netcdf_inqNcid(id, part{1});
  end
  value = netcdf_getAtt(id, netcdf_inqVarID(id, parts{end}), name);
end

list = strsplit(strtrim(fileread(argv(){1})), "\n");
index = fopen([argv(){2} ".tsv"], "w");
numbers = fopen([argv(){2} ".bin"], "w");
loaded = opened = struct("from", "");
for i = 1:numel(list)
  fields = strsplit(list{i}, "\t");
  [how, file, path] = deal(fields{:});
  units = long_name = "";
  if strcmp(how, "ncread")
    x = ncread(file, path);
    if ! strcmp(opened.from, file)
      opened = struct("from", file, "id", netcdf_open(file, "NC_NOWRITE"));
    end
    units = attribute(opened.id, path, "units");
    long_name = attribute(opened.id, path, "long_name");
  else
    parts = strsplit(path(2:end), "/");
    if ! strcmp(loaded.from, file)
      loaded = struct("from", file, "what", load("-hdf5", file));
    end
    x = loaded.what;
    for part = parts
      x = x.(strrep(part{1}, ".", "_"));  % load makes names of fields of them
    end
  end
  fprintf(index, "%s\t%s\t%s\t%s\n", class(x), num2str(size(x), " %d"), units, long_name);
  fwrite(numbers, x, class(x));
end
fclose(index);
fclose(numbers);
