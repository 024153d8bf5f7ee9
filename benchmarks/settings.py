"""Section (i): settings of all kinds, one training at a time on all cores: is any slower than Keras' own fit?"""

from functools import partial
from typing import Any

import numpy as np

from measuring import KERAS_PEERS, Bench

EPOCHS = 3  # the first compiles and is left out

SETTINGS: dict[str, dict[str, Any]] = {
    "the baseline": {},
    "8 filters": {"settings": {"filters": 8}},
    "256 filters": {"settings": {"filters": 256}, "n_windows": 320},
    "kernels of 11 samples": {"settings": {"kernel_size": 11}},
    "batches of 4": {"batch_size": 4, "n_windows": 640},
    "batches of 512": {"batch_size": 512, "n_windows": 2048},
    "windows of 16 samples": {"length": 16},
    "windows of 1,000 samples": {"length": 1000, "n_windows": 320},
    "one channel": {"n_channels": 1},
    "three heads (A6)": {"model": "multihead"},
    "for a phone (B1), batches of 400": {"model": "gap", "length": 80, "n_channels": 3, "batch_size": 400},
    "for a phone (B1), batches of 32": {"model": "gap", "length": 80, "n_channels": 3, "n_windows": 640},
}


def settings(bench: Bench) -> dict[str, Any]:
    """Random windows; every side trains every setting once a round, in one process."""
    chosen = dict(list(SETTINGS.items())[:2]) if bench.quick else SETTINGS
    tasks = [_task(bench, i, one) for i, one in enumerate(chosen.values())]
    sides = {"ours": partial(bench.ours, "our_fit", {"tasks": tasks})} | {
        peer: partial(bench.peer, peer, {"job": "fit_all", "tasks": tasks}) for peer in KERAS_PEERS
    }
    rounds = []
    for found in bench.turns(sides):
        sizes = [
            {task["parameters"] for task in tasks} for tasks in zip(*(s["tasks"] for s in found.values()), strict=True)
        ]
        if any(len(size) > 1 for size in sizes):
            raise SystemExit(f"the sides did not train the same networks: {sizes}")
        rounds.append(found)
    return {"settings": list(chosen), "tasks": [{**t, "npz": ""} for t in tasks], "rounds": rounds}


def _task(bench: Bench, number: int, own: dict[str, Any]) -> dict[str, Any]:
    task: dict[str, Any] = {
        "model": "cnn",
        "n_windows": 1600,
        "length": 128,
        "n_channels": 9,
        "batch_size": 32,
        "settings": {},
    }
    task |= {"epochs": EPOCHS, **own}
    rng = np.random.default_rng(number)
    x = rng.standard_normal((task["n_windows"], task["length"], task["n_channels"]), dtype=np.float32)
    npz = bench.work / f"setting-{number}.npz"
    np.savez(npz, x=x, y=np.arange(len(x)) % 6)
    return {**task, "npz": str(npz)}
