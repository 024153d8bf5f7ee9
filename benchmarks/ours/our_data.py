"""Writes the windows of a run's sides for the peers, and tells the machine and the network's arithmetic as JSON."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from stridenet import spec
from stridenet.engine.backend import on_cpu
from stridenet.evaluation.splits import split
from stridenet.models import build as models
from stridenet.models.layer_table import LayerTable, layer_table
from stridenet.runs import job
from stridenet.runs.environment import describe_environment


def training_mflop(table: LayerTable) -> float:
    """Arithmetic of one window in one training step, in millions.

    Forward once, and backward twice that, for weights and for inputs; layers that read the window itself need no
    gradient of their input.
    """
    reached: set[int] = set()  # rows with a layer that computes before them
    saved = 0
    for i, row in enumerate(table.rows):
        behind = any(source in reached for source in row.inputs)
        if row.flop and not behind:
            saved += row.flop
        if row.flop or behind:
            reached.add(i)
    return 3 * table.mflop - saved / 1e6


def prepare(task: dict[str, Any]) -> dict[str, Any]:
    """Stores the sides as the run of these settings has them, in raw units."""
    settings = spec.parse(task["spec"])
    windows = job.load(settings, data_dir=Path(task["data_dir"]) if task["data_dir"] else None).windows
    sides = split(windows, settings.split)
    arrays: dict[str, Any] = {}
    for name, index in (("", sides.train), ("_validation", sides.validation), ("_test", sides.test)):
        arrays |= {f"x{name}": windows.x[index], f"y{name}": windows.y[index]}
    np.savez(task["npz"], **arrays)
    model = models.build(
        settings.model.name,
        length=windows.length,
        n_channels=len(windows.channels),
        n_classes=len(windows.classes),
        settings=settings.model.settings,
    )
    table = layer_table(model)
    return {
        "n_train": len(sides.train),
        "n_validation": len(sides.validation),
        "parameters": table.parameters,
        "forward_mflop": table.mflop,
        "training_mflop": training_mflop(table),
    }


def main() -> None:
    task = json.loads(sys.argv[1])
    answer = prepare(task) if "npz" in task else {}
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else None
    print(json.dumps({**answer, "machine": {**describe_environment(), "memory_gb": memory_gb}, "gpu": not on_cpu()}))


if __name__ == "__main__":
    main()
