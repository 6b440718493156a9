"""Makes the small CIFAR-10 archives of the tests with Python's tarfile: python3 make_cifar.py

Batches of 20 records in an order of their own, as in the official archive, with its other members. Byte j of the pixels of
record i of batch b is (31 i + 7 j + 3 b + j // 1024 * 50) % 256, its label (i + b) % 10; the test batch is number 6.
"""

import gzip
import io
import tarfile

FOLDER = "cifar-10-batches-bin"


def batch(b, records=20):
    return b"".join(
        bytes([(i + b) % 10]) + bytes((31 * i + 7 * j + 3 * b + j // 1024 * 50) % 256 for j in range(3072))
        for i in range(records)
    )


def member(archive, name, data):
    info = tarfile.TarInfo(f"{FOLDER}/{name}")
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def write(path, form, order):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        folder = tarfile.TarInfo(FOLDER)
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for b in order:
            member(archive, "test_batch.bin" if b == 6 else f"data_batch_{b}.bin", batch(b))
            if b == 1:
                member(archive, "batches.meta.txt", b"airplane\nautomobile\n")
        member(archive, "readme.html", b"<meta>")
    with open(path, "wb") as file:
        file.write(gzip.compress(buffer.getvalue(), mtime=0))


write("cifar.tar.gz", tarfile.GNU_FORMAT, [1, 3, 4, 6, 5, 2])
write("cifar-posix.tar.gz", tarfile.PAX_FORMAT, [2, 1, 6, 5, 4, 3])
write("cifar-missing.tar.gz", tarfile.GNU_FORMAT, [1, 4, 6, 5, 2])
