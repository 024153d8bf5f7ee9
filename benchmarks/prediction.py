"""Section (f): answers, one window at a time and many."""

from functools import partial
from typing import Any

from measuring import PEERS, Bench

SIZES = (1, 7, 32, 100, 1000, 2947)


def prediction(bench: Bench) -> dict[str, Any]:
    """The baseline network on random windows; of single calls the quantiles are kept, of batches the medians."""
    task = {"job": "predict", "model": "cnn", "shape": [128, 9], "n_classes": 6, "sizes": SIZES, "calls": 2000}
    task |= {"limit_s": 1.0, "size_s": 0.1}
    if bench.quick:
        task |= {"sizes": (1, 7), "calls": 20}
    sides = {"ours": partial(bench.ours, "our_predict", task)} | {p: partial(bench.peer, p, task) for p in PEERS}
    rounds = [{side: _brief(found) for side, found in turn.items()} for turn in bench.turns(sides)]
    return {"asked": task, "rounds": rounds}


def _brief(found: dict[str, Any]) -> dict[str, Any]:
    """Two thousand times a way and a round are too many to keep."""
    single = {way: quantiles(times) for way, times in found["single_ms"].items()}
    batches = {
        way: {size: quantiles(times)["median"] for size, times in sizes.items()}
        for way, sizes in found["batch_ms"].items()
    }
    return {**found, "single_ms": single, "batch_ms": batches}


def quantiles(times: list[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile, and of how many."""
    ordered = sorted(times)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {"median": at(0.5), "p95": at(0.95), "p99": at(0.99), "n": len(ordered)}
