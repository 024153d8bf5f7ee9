"""Reads the 18 inertial files of UCI HAR with stridenet and with pandas, in turn, and prints the ratio.

Needs pandas, which stridenet does not: ``pip install pandas``, then
``python benchmarks/read_uci_har.py "UCI HAR Dataset"`` with the unpacked folder. Times are of the processor, not of the
wall, so that other work on the machine counts less; the smallest of each side is compared.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore]

from stridenet.datasets._text import read_floats


def with_stridenet(file: Path) -> Any:
    return read_floats(file.read_bytes(), 128, str(file))


def with_pandas(file: Path) -> Any:
    return pd.read_csv(file, sep=r"\s+", header=None).to_numpy()


def seconds(read: Callable[[Path], Any], files: list[Path]) -> float:
    begin = time.process_time()
    for file in files:
        read(file)
    return time.process_time() - begin


def main() -> None:
    files = sorted(Path(sys.argv[1]).glob("*/Inertial Signals/*.txt"))
    ours, theirs = [], []
    for _ in range(5):
        ours.append(seconds(with_stridenet, files))
        theirs.append(seconds(with_pandas, files))
    differing = sum(int((with_stridenet(file) != with_pandas(file)).sum()) for file in files[:3])
    print(f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.0f} MB, numpy {np.__version__}")
    ratio = min(theirs) / min(ours)
    print(f"stridenet {min(ours):.3f} s, pandas {pd.__version__} {min(theirs):.3f} s: {ratio:.1f} times as fast")
    print(f"values that differ in the first 3 files: {differing}")


if __name__ == "__main__":
    main()
