"""Times of calls and peak memory, for the scripts of all sides; needs nothing but Python."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def timed(
    way: Callable[[Any], Any], x: Any, sizes: Sequence[int], calls: int, limit_s: float
) -> dict[int, list[float]]:
    """Milliseconds of each call, for each size: so many calls, or as many as fit into the limit, but three at least."""
    times: dict[int, list[float]] = {}
    for size in sizes:
        for _ in range(3):
            way(x[:size])  # compiles
        end, kept = time.perf_counter() + limit_s, times.setdefault(size, [])
        while len(kept) < calls and (len(kept) < 3 or time.perf_counter() < end):
            i = len(kept) % (len(x) - size + 1)
            began = time.perf_counter()
            way(x[i : i + size])
            kept.append((time.perf_counter() - began) * 1e3)
    return times


def memory_mb() -> float | None:
    """The most memory that this process held at once; None where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)
