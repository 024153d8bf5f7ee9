"""One thread for NumPy's products of matrices: ours are small, and threads that wait for each other take longer."""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module

_LOCK = threading.Lock()
_depth, _before = 0, 1


@contextmanager
def one_thread() -> Iterator[None]:
    """Has NumPy's library multiply on one thread within the block, in this process; nothing where it is not OpenBLAS.

    Blocks may overlap on several threads: the last that ends puts back what was there before the first.
    """
    global _depth, _before
    found = _functions()
    if found is None:
        yield
        return
    get, put = found
    with _LOCK:
        if _depth == 0:
            _before = get()
            put(1)
        _depth += 1
    try:
        yield
    finally:
        with _LOCK:
            _depth -= 1
            if _depth == 0:
                put(_before)


@cache
def _functions() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """What tells and sets the number of threads, in the library that NumPy was built with."""
    try:
        library = ctypes.CDLL(str(import_module("numpy._core._multiarray_umath").__file__))
    except (ImportError, OSError):
        return None
    for prefix in ("scipy_", ""):
        for suffix in ("64_", ""):
            try:
                get = getattr(library, f"{prefix}openblas_get_num_threads{suffix}")
                put = getattr(library, f"{prefix}openblas_set_num_threads{suffix}")
            except AttributeError:
                continue
            get.restype, put.restype = ctypes.c_int, None
            return get, put
    return None
