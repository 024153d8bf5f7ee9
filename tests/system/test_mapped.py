"""Arrays in files: what was read of them gives its memory back, and what was written stays."""

import sys
from pathlib import Path

import numpy as np
import pytest

from stridenet.system.mapped import forget

_N = 1 << 22


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_what_was_read_no_longer_counts_as_memory(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    np.arange(_N, dtype=np.float64).tofile(path)
    array = np.memmap(path, np.float64, "r").view(np.ndarray).reshape(-1, 2)
    before = _pages_of_files()
    total = array.sum()
    read = _pages_of_files() - before
    forget(array[:, 1])
    assert read > 16 << 20
    assert _pages_of_files() - before < 4 << 20
    assert array.sum() == total


def test_what_was_written_is_kept(tmp_path: Path) -> None:
    array = np.memmap(tmp_path / "numbers", np.int64, "w+", shape=(10_000,)).view(np.ndarray)
    array[:] = 7
    forget(array[5:9000], array)
    assert (array == 7).all()


def test_arrays_in_memory_are_left_alone() -> None:
    array = np.ones(100)
    forget(array, array[:0], np.empty((0, 3)))
    assert array.sum() == 100


def _pages_of_files() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssFile:"))
