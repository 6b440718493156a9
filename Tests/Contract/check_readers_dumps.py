"""h5dump and ncdump print every array of a sweep's files: names, shapes, units, long names, and all numbers to the last bit.

    python check_readers_dumps.py PROGRAM SWEEP WORK

ncdump of netCDF 4.9.0, Debian 12's, crashes on arrays of fixed-length texts (corrected in 4.9.1), so numbers are asked for by name.
"""

import re
import subprocess
import sys

import numpy as np

from reference import arrays, check, files, has_numbers, is_text


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"{' '.join(map(str, command))[:200]}: status {done.returncode}: {done.stderr}")
    return done.stdout


def check_numbers(texts, entry, place):
    kind = np.asarray(entry["values"]).dtype
    # Whole numbers beyond 2^53 would lose digits as floats.
    found = np.array([int(t) if kind.kind in "iu" else float(t) for t in texts], dtype=kind)
    meant = np.ravel(entry["values"])
    check(np.array_equal(found, meant, equal_nan=kind.kind == "f"), f"{place}: other values")


def body(lines, start):
    """The lines of the block that a line opens, by its indentation, and the index after it."""
    end = lines.index(lines[start][: len(lines[start]) - len(lines[start].lstrip())] + "}", start)
    return lines[start + 1 : end], end + 1


def h5dump(path, entries):
    objects = [word for entry in entries for word in ("-d", entry["path"])]
    lines = output("h5dump", "-y", "-w", "0", "-m", "%.17g", *objects, path).split("\n")
    found = {}
    for number, line in enumerate(lines):
        if match := re.fullmatch(r'DATASET "(.*)" \{', line):
            found[match[1]] = body(lines, number)[0]
    for entry in entries:
        place = f"{path.name}: h5dump {entry['path']}"
        check(entry["path"] in found, f"{place}: missing")
        check_h5dump(found[entry["path"]], entry, place)


def check_h5dump(block, entry, place):
    shape = ", ".join(map(str, entry["shape"]))
    space = f"   DATASPACE  SIMPLE {{ ( {shape} ) / ( {shape} ) }}" if shape else "   DATASPACE  SCALAR"
    check(space in block, f"{place}: not {space.strip()}")
    for name in ("units", "long_name"):
        attribute, _ = body(block, block.index(f'   ATTRIBUTE "{name}" {{'))
        check(f'         "{entry[name]}"' in attribute, f"{place}: {name} is not {entry[name]}")
    data = "\n".join(body(block, block.index("   DATA {"))[0])
    if has_numbers(entry):
        check_numbers(data.replace(",", " ").split(), entry, place)
    elif is_text(entry) and entry["shape"]:
        # It shows the zero bytes that fill a text up.
        check(re.findall(r'"([^"]*)"', data.replace("\\000", "")) == entry["values"], f"{place}: other texts")
    elif is_text(entry):
        # h5dump indents the lines of a text.
        plain = [line.strip() for line in data.strip()[1:-1].split("\n")]
        check(plain == [line.strip() for line in entry["values"][0].split("\n")], f"{place}: another text")


KINDS = {"f4": "float", "f8": "double", "i8": "int64", "u1": "ubyte"}


def ncdump(path, entries):
    # In the root a path is its last part alone.
    names = [e["path"] if e["path"].count("/") > 1 else e["path"][1:] for e in entries if has_numbers(e)]
    declared, values = cdl(output("ncdump", "-p", "9,17", "-v", ",".join(names), path))
    for entry in (e for e in entries if e["type"] != "dimension"):
        place = f"{path.name}: ncdump {entry['path']}"
        dimensions = f"({', '.join(entry['axes'])})" if entry["axes"] else ""
        kind = "string" if is_text(entry) else KINDS[entry["type"]]
        check(declared.get(entry["path"]) == f"{kind} {dimensions}", f"{place}: {declared.get(entry['path'])}")
        for name in ("units", "long_name"):
            found = declared.get(f"{entry['path']}:{name}")
            check(found == entry[name], f"{place}: {name} is {found}")
        if has_numbers(entry) and 0 not in entry["shape"]:
            check(entry["path"] in values, f"{place}: no values")
            check_numbers([t.rstrip("f") if "N" in t else t for t in values[entry["path"]]], entry, place)


def cdl(text):
    """What a dump declares, by path and `path:attribute`, and the texts of the values that it shows."""
    declared, values, groups = {}, {}, []
    lines = iter(text.split("\n"))
    in_data = False
    for line in lines:
        line = line.strip()
        prefix = "".join("/" + group for group in groups) + "/"
        if match := re.fullmatch(r"group: (\w+) \{", line):
            groups.append(match[1])
            in_data = False
        elif re.fullmatch(r"\} // group \w+", line):
            groups.pop()
        elif line in ("data:", "variables:", "dimensions:"):
            in_data = line == "data:"
        elif in_data and (match := re.fullmatch(r"([\w.]+) =(.*)", line)):
            shown = match[2]
            while not shown.endswith(";"):
                shown += " " + next(lines).strip()
            values[prefix + match[1]] = shown[:-1].replace(",", " ").split()
        elif match := re.fullmatch(r'([\w.]+) ?:(\w+) = "(.*)" ;', line):
            declared[f"{prefix}{match[1]}:{match[2]}"] = re.sub(r"\\(.)", r"\1", match[3])
        elif match := re.fullmatch(r"(\w+) ([\w.]+)(\(.*\))? ;", line):
            declared[prefix + match[2]] = f"{match[1]} {match[3] or ''}"
    return declared, values


def main():
    _, sweep, _ = sys.argv[1:]
    paths = files(sweep)
    count = 0
    for path in paths:
        entries = arrays(path)
        count += sum(map(has_numbers, entries))
        h5dump(path, entries)
        ncdump(path, entries)
    print(f"{count} arrays of {len(paths)} files in h5dump and ncdump")


if __name__ == "__main__":
    main()
