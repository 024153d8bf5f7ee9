"""Named arrays as the bytes of an ``.npz`` file, and back: bounded, without pickles, the same bytes each time."""

import io
import math
import zipfile
from collections.abc import Mapping

import numpy as np

from stridenet_runtime.program import Array

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell: files say nothing of when they were written."""


def zipped(files: Mapping[str, bytes], comment: bytes = b"") -> bytes:
    """A zip of these files in this order, compressed; the same content gives the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.comment = comment
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=6)
    return made.getvalue()


def write_npz(arrays: Mapping[str, Array]) -> bytes:
    """The bytes of an ``.npz`` file of float32 arrays."""
    files = {}
    for name, array in arrays.items():
        one = io.BytesIO()
        np.lib.format.write_array(one, np.ascontiguousarray(array, np.float32), version=(1, 0), allow_pickle=False)
        files[f"{name}.npy"] = one.getvalue()
    return zipped(files)


def read_npz(content: bytes, *, largest: int) -> dict[str, Array]:
    """Float32 arrays by name.

    Args:
        content: the bytes of an ``.npz`` file.
        largest: bytes that all arrays may take.

    Raises:
        Exception: of any kind, as a damaged file makes ``zipfile`` and NumPy fail; nothing is executed, and no more
            memory is asked for than the arrays take.
    """
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > largest:
            raise ValueError("its arrays are too large")
        for member in members:
            with archive.open(member) as file:
                arrays[member.filename.removesuffix(".npy")] = _array(file.read(member.file_size + 1))
    if len(arrays) != len(members):
        raise ValueError("an array is in it twice")
    return arrays


def _array(content: bytes) -> Array:
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array in it has an unknown form")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=1000)
    left = content[file.tell() :]
    if dtype != np.float32 or fortran or len(left) != 4 * math.prod(shape):
        raise ValueError("an array in it is not what its header says")
    return np.frombuffer(left, np.float32).reshape(shape)
