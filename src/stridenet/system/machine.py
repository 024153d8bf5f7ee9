"""What this machine has, asked without loading JAX: processor, cores, memory, and whether there is more than a CPU."""

import os
import platform
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

SHARE = 0.8
"""Of the memory that is free, what may be planned with; the rest is for what an estimate does not see."""


def processor(*facts: str) -> str:
    """What Linux says of the processor, by default its name; elsewhere, as on ARM, what Python knows."""
    wanted, known = facts or ("model name",), platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    except OSError:
        return known
    found = [line.partition(":")[2].strip() for line in lines if line.partition("\t")[0].strip() in wanted]
    return "; ".join(found) or known


def usable_cores() -> Sequence[int | None]:
    """The cores this process may use, by number where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return [None] * (os.cpu_count() or 1)


def may_have_accelerator() -> bool:
    """Whether JAX has a plugin for a GPU or the like; without one it computes on the CPU."""
    return find_spec("jax_plugins") is not None


def free_memory() -> int:
    """Bytes that Linux says are available, within the container's limit."""
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
