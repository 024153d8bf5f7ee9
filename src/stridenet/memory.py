"""How much memory a training takes, before it is tried, and how much there is."""

import math
from pathlib import Path
from typing import Any

import jax

from stridenet.engine import on_cpu
from stridenet.layer_table import layer_table

_VALUES = 6
"""Copies of the weights: themselves, their slopes, Adam's two moments, the best so far, those before an epoch."""
_OUTPUTS = 3
"""Copies of every layer's outputs in a step: themselves, their slopes, and what is on its way."""
_PROCESS = 600_000_000
"""A Python with Keras and JAX in it."""
_SHARE = 0.8
"""Of what is free; the rest is for what the estimate does not see."""


def of_training(model: Any, batch_size: int) -> int:
    """Bytes that one training needs beside the windows: an estimate from the layers, more than is used.

    >>> from stridenet.models import build
    >>> of_training(build("cnn", length=128, n_channels=9, n_classes=6), batch_size=32) // 1_000_000
    26
    """
    rows = layer_table(model).rows
    outputs = sum(math.prod(row.output_shape) for row in rows)
    patches = sum(row.flop // 2 // row.output_shape[-1] for row in rows if row.flop)  # what a product for it reads
    return 4 * (_VALUES * int(model.count_params()) + batch_size * (_OUTPUTS * outputs + patches))


def replicas_at_once(each: int, shared: int) -> int:
    """How many trainings fit on the device together; at least one, for an estimate is no proof.

    Args:
        each: bytes of a training.
        shared: bytes of the windows, which all share.
    """
    return max(1, int((_SHARE * free() - shared) // each))


def processes_at_once(each: int, shared: int) -> int:
    """How many processes that train fit in memory; at least one.

    Args:
        each: bytes of a training.
        shared: bytes of the windows, which every process has twice: as it got them, and as it trains on them.
    """
    return max(1, int(_SHARE * free() // (_PROCESS + each + 2 * shared)))


def free() -> int:
    """Bytes that are free on the device; on a CPU what Linux says is available, within the container's limit."""
    if not on_cpu():
        stats = jax.devices()[0].memory_stats() or {}
        return int(stats.get("bytes_limit", 0) - stats.get("bytes_in_use", 0)) or _PROCESS
    found = [_available(Path("/proc/meminfo")), _left_in_group(Path("/sys/fs/cgroup"))]
    known = [n for n in found if n is not None]
    return min(known) if known else 4_000_000_000  # no Linux: what any machine of today has


def _available(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _left_in_group(group: Path) -> int | None:
    """What a container may still take; file cache counts as free, since it gives way."""
    for limit, used, cached in (
        ("memory.max", "memory.current", "memory.stat"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
    ):
        try:
            most, now = (int((group / name).read_text(encoding="utf-8")) for name in (limit, used))
            stat = dict(line.split() for line in (group / cached).read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError):  # no such group, or "max"
            continue
        return most - now + int(stat.get("inactive_file", 0))
    return None
