"""Opens a result file with the programs that researchers use and compares it with what was meant.

    python check_run_file.py FILE.h5 EXPECTED.json

EXPECTED.json lists every array: path, type, shape, axes, units, long_name and flat row-major values (null for NaN).
Tests/Contract gives its own entries to the same checks.
Needs h5py, xarray and h5netcdf; uses netCDF4 and h5netcdf's own interface too where they are installed. The digests are
computed here from their description alone, and so is `/seal`. Prints one line per program, or the first difference and exit status 1.
"""

import hashlib
import json
import os
import struct
import sys

import h5py
import numpy as np
import xarray as xr

SCALE_ATTRIBUTES = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "sha256", "content_sha256"}
TYPES = {"f4": "<f4", "f8": "<f8", "i8": "<i8", "u1": "|u1"}


def check(condition, message):
    if not condition:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def same(found, entry, place):
    """Whether `found` has the meant shape and values."""
    found = np.asarray(found)
    check(list(found.shape) == entry["shape"], f"{place}: shape {found.shape}, not {entry['shape']}")
    if entry["type"].startswith("S"):
        check([text(v) for v in found.ravel()] == entry["values"], f"{place}: other texts")
        return
    meant = entry["values"]
    if isinstance(meant, list):
        meant = np.array([np.nan if v is None else v for v in meant], dtype=TYPES[entry["type"]]).reshape(entry["shape"])
    check(np.array_equal(found, meant, equal_nan=found.dtype.kind == "f"), f"{place}: other values")


def attribute_lines(node):
    """The attributes as their part of a digest."""
    out = b""
    for name in sorted((n for n in node.attrs if n not in SCALE_ATTRIBUTES), key=str.encode):
        kind = node.attrs.get_id(name).dtype
        value = np.empty((), dtype=kind)
        node.attrs.get_id(name).read(value)
        type_name = "utf8" if kind.kind == "S" else kind.str[1:]
        raw = value.tobytes()
        out += f"{name}\n{type_name}\n{len(raw)}\n".encode() + raw
    return out


def is_bare(dataset):
    return text(dataset.attrs.get("NAME", "")).startswith("This is a netCDF dimension but not a netCDF variable.")


def digest(path, node):
    if isinstance(node, h5py.Group):
        return hashlib.sha256(f"group\n{path}\n".encode() + attribute_lines(node)).hexdigest()
    bare = is_bare(node)
    kind = "dimension" if bare else f"S{node.dtype.itemsize}" if node.dtype.kind == "S" else node.dtype.str[1:]
    head = f"dataset\n{path}\n{kind}\n{','.join(map(str, node.shape))}\n".encode()
    raw = b"" if bare else np.asarray(node[()], dtype=node.dtype).tobytes()
    return hashlib.sha256(head + attribute_lines(node) + b"data\n" + raw).hexdigest()


def check_seal(path, dataset):
    """Checks the table of digests of the file's bytes."""
    with open(path, "rb") as file:
        raw = file.read()
    seal = bytes(dataset[()])
    start = dataset.id.get_offset()
    lines = seal.decode().splitlines(keepends=True)
    check(lines[0] == "featherweight-seal 1\n", "seal: another first line")
    last = f"seal {hashlib.sha256(''.join(lines[:-1]).encode()).hexdigest()}\n"
    check(lines[-1] == last, "seal: it does not match its own digest")
    rest = bytearray(raw)
    taken = [(start, len(seal))]
    for line in lines[1:-2]:
        offset, count, value, name = line.split(maxsplit=3)
        offset, count = int(offset), int(count)
        check(hashlib.sha256(raw[offset : offset + count]).hexdigest() == value, f"seal: {name.strip()}")
        taken.append((offset, count))
    for offset, count in sorted(taken, reverse=True):
        del rest[offset : offset + count]
    check(lines[-2] == f"rest {hashlib.sha256(rest).hexdigest()}\n", "seal: the rest of the file")


def check_h5py(path, entries):
    with h5py.File(path) as file:
        check_seal(path, file["seal"])
        found = {"/": file}
        file.visititems(lambda name, node: found.__setitem__("/" + name, node))
        del found["/seal"]
        lines = []
        for name, node in found.items():
            computed = digest(name, node)
            lines.append(f"{name} {computed}\n")
            if isinstance(node, h5py.Dataset):
                check(text(node.attrs["sha256"]) == computed, f"h5py {name}: its sha256 is another")
        # Links to other files are followed by no visit; they count towards the content too.
        for group in [n for n in found if isinstance(found[n], h5py.Group)]:
            for name in found[group]:
                link = found[group].get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    full = f"{group.rstrip('/')}/{name}"
                    value = hashlib.sha256(f"link\n{full}\n{link.filename}\n".encode()).hexdigest()
                    lines.append(f"{full} {value}\n")
        content = hashlib.sha256("".join(sorted(lines, key=str.encode)).encode()).hexdigest()
        check(text(file.attrs["content_sha256"]) == content, "h5py: content_sha256 is another")
        datasets = {n for n, node in found.items() if isinstance(node, h5py.Dataset)}
        check(datasets == {e["path"] for e in entries}, f"h5py: arrays {datasets ^ {e['path'] for e in entries}}")
        for entry in entries:
            node = found[entry["path"]]
            for name in ("units", "long_name") + (("axes",) if entry["shape"] else ()):
                meant = " ".join(entry["axes"]) if name == "axes" else entry[name]
                check(text(node.attrs[name]) == meant, f"h5py {entry['path']}: attribute {name}")
            if entry["type"] == "dimension":
                check(list(node.shape) == entry["shape"] and is_bare(node), f"h5py {entry['path']}: no dimension")
                continue
            if entry["type"] in TYPES:
                check(node.dtype == np.dtype(TYPES[entry["type"]]), f"h5py {entry['path']}: type {node.dtype}")
            same(node[()], entry, f"h5py {entry['path']}")
            if entry["axes"] and entry["axes"] != [entry["path"].split("/")[-1]]:
                scales = [dim[0].name.split("/")[-1] for dim in node.dims]
                check(scales == entry["axes"], f"h5py {entry['path']}: scales {scales}")
    return f"h5py {h5py.__version__}: {len(entries)} arrays"


def check_variable(variable, entry, place, dims, units, long_name):
    check(list(dims) == entry["axes"], f"{place}: dimensions {dims}, not {entry['axes']}")
    check(units == entry["units"], f"{place}: units {units!r}, not {entry['units']!r}")
    check(long_name == entry["long_name"], f"{place}: long_name {long_name!r}, not {entry['long_name']!r}")
    same(variable, entry, place)


def check_group(data, entries, group, place):
    """Whether what xarray shows of a group is what is in it."""
    for entry in (e for e in entries if e["path"].rsplit("/", 1)[0] == group):
        name = entry["path"].rsplit("/", 1)[1]
        if entry["type"] == "dimension":
            check(name not in data.variables, f"{place} {entry['path']}: a dimension without values became a variable")
            continue
        check(name in data.variables, f"{place} {entry['path']}: missing")
        found = data[name]
        attributes = found.attrs
        check_variable(
            found.values, entry, f"{place} {entry['path']}", found.dims, attributes["units"], attributes["long_name"])


def check_xarray(path, entries, engine):
    groups = sorted({e["path"].rsplit("/", 1)[0] for e in entries})
    for group in groups:
        with xr.open_dataset(path, group=group or "/", engine=engine) as data:
            check_group(data, entries, group, f"xarray {engine}")
    with h5py.File(path) as file:
        linked = "runs" in file
    if linked:
        # open_datatree follows the links into the run files and then looks for their dimensions in this file.
        return f"xarray {xr.__version__} through {engine}: {len(groups)} groups, without open_datatree"
    with xr.open_datatree(path, engine=engine) as tree:
        for group in groups:
            # Inherited coordinates would hide arrays of the same name, such as /codec/history/round.
            own = tree[group or "/"].to_dataset(inherit=False)
            check_group(own, entries, group, f"xarray {engine} open_datatree")
    return f"xarray {xr.__version__} through {engine}: {len(groups)} groups"


def check_netcdf4(path, entries):
    import netCDF4

    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        for entry in (e for e in entries if e["type"] in TYPES):
            found = file[entry["path"]]
            check_variable(
                found[...], entry, f"netCDF4 {entry['path']}", found.dimensions, found.units, found.long_name)
    return f"netCDF4 {netCDF4.__version__}"


def main():
    path, expected = sys.argv[1:]
    with open(expected, encoding="utf-8") as file:
        entries = json.load(file)
    print(check_h5py(path, entries))
    print(check_xarray(path, entries, "h5netcdf"))
    try:
        import netCDF4  # noqa: F401
    except ImportError:
        print("netCDF4 is not installed: not checked")
        return
    print(check_netcdf4(path, entries))
    print(check_xarray(path, entries, "netcdf4"))


if __name__ == "__main__":
    main()
