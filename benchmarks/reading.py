"""Section (g): reading UCI HAR's files, against pandas as the tutorial uses it."""

import shutil
import tarfile
from pathlib import Path
from typing import Any

from measuring import Ask, Bench

_ARCHIVE = "uci-har.tar.xz"


def reading(bench: Bench) -> dict[str, Any]:
    """The 18 files of inertial signals on both sides; then the data set as a user loads it, twice."""
    folder = _unpacked(bench)
    files = sorted(str(file) for file in folder.glob("*/*/Inertial Signals/*.txt"))
    if len(files) != 18:
        raise SystemExit(f"(g) needs the 18 inertial files of UCI HAR, and {len(files)} are below {folder}.")
    whole = {"data": "uci-har", "data_dir": str(folder)}

    def first() -> dict[str, Any]:
        shutil.rmtree(bench.work / "fresh", ignore_errors=True)
        return bench.ours("our_read", whole, cache="fresh")

    sides: dict[str, Ask] = {
        "ours": lambda: bench.ours("our_read", {"files": files}),
        "pandas": lambda: bench.peer("pandas", {"files": files}),
        "first": first,
        "cached": lambda: bench.ours("our_read", whole, cache="fresh"),
        "archive": lambda: bench.ours("our_read", {**whole, "data_dir": bench.data_dir}),
    }
    sides["archive"]()  # so that the cached reads have what to read, whichever side begins
    first()
    rounds = list(bench.turns(sides))
    if any(turn["ours"]["content"] != turn["pandas"]["content"] for turn in rounds):
        raise SystemExit("(g): pandas and stridenet read different numbers.")
    return {"files": len(files), "megabytes": sum(Path(f).stat().st_size for f in files) / 1e6, "rounds": rounds}


def _unpacked(bench: Bench) -> Path:
    """A folder that holds the unpacked data set: the archive's content, or what is unpacked already."""
    if bench.data_dir is None:
        raise SystemExit(f"(g) needs --data-dir with {_ARCHIVE} or the unpacked data set.")
    archive = Path(bench.data_dir) / _ARCHIVE
    if not archive.exists():
        return Path(bench.data_dir)
    folder = bench.work / "unpacked"
    if not folder.exists():
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    return folder
