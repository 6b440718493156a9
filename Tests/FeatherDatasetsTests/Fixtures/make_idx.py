"""Makes the small IDX files of the tests with Python's gzip: python3 make_idx.py"""

import gzip
import struct

IMAGES = bytes((31 * i + 7 * j) % 256 for i in range(5) for j in range(784))
LABELS = bytes([3, 1, 4, 1, 5])


def write(name, data):
    with open(name, "wb") as file:
        file.write(gzip.compress(data, mtime=0))


write("images.gz", struct.pack(">IIII", 0x803, 5, 28, 28) + IMAGES)
write("labels.gz", struct.pack(">II", 0x801, 5) + LABELS)
# Says one image and inflates to 20 MB.
write("bomb.gz", struct.pack(">IIII", 0x803, 1, 28, 28) + bytes(20_000_000))
