"""Section (c): how the time of a training of ours grows with repeats, windows and their length."""

import shutil
from typing import Any

import tasks
from measuring import Bench

REPEATS = (1, 2, 5, 10, 20)
WINDOWS = (1_000, 3_000, 10_000, 30_000, 100_000)
LENGTHS = (32, 64, 128, 256, 512, 1024)
_N_OF_LENGTH = 1024


def growth(bench: Bench) -> dict[str, Any]:
    """Whole runs with more and more repeats; single trainings on random windows, more of them or longer ones."""
    few = 2 if bench.quick else None
    repeats, windows, lengths = REPEATS[:few], WINDOWS[:few], LENGTHS[:few]
    runs: list[dict[str, Any]] = []
    ten = min(10, repeats[-1])
    for _ in range(bench.rounds):
        runs += [_run(bench, n) for n in (1, ten)]  # whose ratio is asked for
    runs += [_run(bench, n) for n in repeats if n not in (1, ten)]
    by_size = [_random(n, 128) for n in windows]
    by_length = [_random(64 if bench.quick else _N_OF_LENGTH, length) for length in lengths]
    found = bench.ours("our_fit", {"tasks": [*by_size, *by_length]})
    trained = [{**task, **answer} for task, answer in zip([*by_size, *by_length], found["tasks"], strict=True)]
    return {
        "ten": ten,
        "repeats": runs,
        "windows": trained[: len(by_size)],
        "lengths": trained[len(by_size) :],
        "device": found["device"],
    }


def _run(bench: Bench, repeats: int) -> dict[str, Any]:
    """A whole run of A1 for two epochs; what it compiles is forgotten first."""
    spec = tasks.baseline(quick=bench.quick).spec
    epochs = 1 if bench.quick else 2
    spec = {**spec, "repeats": repeats, "train": {**spec["train"], "epochs": epochs}}
    bench.forget_compiled()
    out = bench.work / "runs"
    found = bench.ours("our_run", {"spec": spec, "out": str(out), "data_dir": bench.data_dir})
    shutil.rmtree(out, ignore_errors=True)
    return {"n": repeats, "epochs": epochs, **found}


def _random(n_windows: int, length: int) -> dict[str, Any]:
    """Two epochs on random windows; the first compiles."""
    task = {"model": "cnn", "n_windows": n_windows, "length": length, "n_channels": 9}
    return {**task, "epochs": 2, "batch_size": 32}
