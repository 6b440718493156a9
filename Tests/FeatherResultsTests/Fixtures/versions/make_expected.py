"""Writes N/expected.json: what the result files of format version N say, as h5py reads them. Needs h5py.

    python make_expected.py N

The files were written once by `featherweight run N/spec.yaml`, when N was the version, and are never made again: today's readers are
tested with them. A new version gets a folder of its own.
"""

import json
import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent / sys.argv[1]


def text(value):
    return value.decode()


def typed(node, name):
    """An attribute as its type and its value."""
    kind = node.attrs.get_id(name).dtype
    if kind.kind == "S":
        return "utf8 " + text(node.attrs[name])
    return f"{kind.str[1:]} {node.attrs[name]}"


def array(node):
    bare = text(node.attrs.get("NAME", b"")).startswith("This is a netCDF dimension")
    entry = {
        "type": "dimension" if bare else f"S{node.dtype.itemsize}" if node.dtype.kind == "S" else node.dtype.str[1:],
        "shape": list(node.shape),
        "axes": text(node.attrs["axes"]).split() if "axes" in node.attrs else [],
        "units": text(node.attrs["units"]), "long_name": text(node.attrs["long_name"])}
    values = np.ravel(node[()])
    if node.dtype.kind == "S":
        entry["texts"] = [text(value) for value in values]
    elif not bare:
        # The shortest digits that give the same bits back.
        entry["numbers"] = " ".join(str(value) for value in values)
    return entry


def contents(path):
    """Groups with their attributes, and arrays, by path; links into other files are named."""
    found = {"groups": {}, "arrays": {}, "links": {}}

    def visit(name, node):
        path = "/" + name if name else "/"
        if path == "/seal":
            return
        if isinstance(node, h5py.Dataset):
            found["arrays"][path] = array(node)
            return
        found["groups"][path] = {attribute: typed(node, attribute) for attribute in sorted(node.attrs)}
        for member in node:
            link = node.get(member, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                found["links"][f"{path}/{member}"] = link.filename

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return found


files = {path.name: contents(path) for path in sorted(folder.glob("*.h5"))}
(folder / "expected.json").write_text(json.dumps(files, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
