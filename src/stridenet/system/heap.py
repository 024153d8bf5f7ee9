"""Memory that is freed and needed again at once: kept, where the C library would give it back each time.

XLA asks for the memory of all intermediate values at each step on a CPU, and frees it. Left alone, glibc returns such
large blocks to the system, which clears every page anew for the next step: a third of the time of a network on windows
of 1,000 samples. Reading one large file after the other is the same. Elsewhere than on glibc nothing happens here.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ARENA_MAX, _MMAP_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -4, -3, -1  # as glibc's malloc.h numbers them


def share() -> None:
    """All threads that start from now on take their memory from one heap; of several, only the first can keep it.

    Left as it is where ``MALLOC_ARENA_MAX`` is set.
    """
    libc = _glibc()
    if libc and "MALLOC_ARENA_MAX" not in os.environ:
        libc.mallopt(_ARENA_MAX, 1)


@contextmanager
def kept() -> Iterator[None]:
    """What is freed inside stays with this process until the end of the block."""
    libc = _glibc()
    if not libc:
        yield
        return
    libc.mallopt(_MMAP_MAX, 0)
    libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1)
    try:
        yield
    finally:
        libc.mallopt(_MMAP_MAX, 65536)  # glibc's own
        libc.mallopt(_MMAP_THRESHOLD, 2**25)  # these two: where glibc ends by itself once large blocks were freed
        libc.mallopt(_TRIM_THRESHOLD, 2**26)
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "gnu_get_libc_version") else None
