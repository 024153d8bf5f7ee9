"""From every time that was measured to the figures that are shown: medians, and ratios of the same round."""

from collections.abc import Sequence
from statistics import fmean, median
from typing import Any

PEERS = ("tensorflow", "jax", "torch")
Spread = dict[str, float]


def spread(values: Sequence[float]) -> Spread:
    """The median and the range."""
    return {"median": median(values), "low": min(values), "high": max(values)}


def training_alone(run: dict[str, Any]) -> float:
    """Seconds per model and epoch from the end of one epoch to the end of the next, over the models trained at once.

    So start, compilation, and building and testing between repeats are left out, as they are for the peers.

    Args:
        run: ``events``, when an epoch ended in seconds, its repeat, and its number from 1; and ``at_once``.
    """
    ends = {(repeat, epoch): end for end, repeat, epoch in run["events"]}
    epochs = [end - ends[repeat, epoch - 1] for (repeat, epoch), end in ends.items() if epoch > 1]
    if not epochs:
        raise ValueError("no second epoch: training alone cannot be told from what comes before it.")
    return fmean(epochs) / float(run["at_once"])


def whole(run: dict[str, Any], n: int) -> float:
    """Seconds per model and epoch of our whole process, from its start to its end."""
    return float(run["process_s"] / n)


def steady(peer: dict[str, Any]) -> float:
    """Seconds of a peer's epoch; the first, which compiles, is left out."""
    return fmean(peer["epoch_s"][1:])


def experiment(peer: dict[str, Any], repeats: int, epochs: int) -> float:
    """Seconds of a peer's whole experiment: what was measured once of start, first epoch and others, multiplied."""
    start = peer["process_s"] - sum(peer["epoch_s"])
    return float(start + repeats * (peer["epoch_s"][0] + (epochs - 1) * steady(peer)))


def trained(found: dict[str, Any]) -> dict[str, Any]:
    """A task's seconds per model and epoch, ours and the peers', and the peers' over ours."""
    rounds, task = found["rounds"], found["task"]
    n = task["repeats"] * task["epochs"]
    ours = {
        "whole": [whole(turn["ours"], n) for turn in rounds],
        "training": [training_alone(turn["ours"]) for turn in rounds],
    }
    peers = {peer: [steady(turn[peer]) for turn in rounds] for peer in PEERS}
    waits = {peer: [experiment(turn[peer], task["repeats"], task["epochs"]) for turn in rounds] for peer in PEERS}
    return {
        "epoch_s": {name: spread(values) for name, values in (ours | peers).items()},
        "ratio": {peer: {way: _ratio(peers[peer], ours[way]) for way in ours} for peer in PEERS},
        "experiment_s": {"ours": spread([turn["ours"]["process_s"] for turn in rounds])}
        | {peer: spread(values) for peer, values in waits.items()},
        "compile_s": spread([turn["ours"]["compile_s"] / turn["ours"]["at_once"] for turn in rounds]),
    }


def limit(found: dict[str, Any]) -> dict[str, Any]:
    """Seconds of an epoch if only arithmetic counted, at the matrix rate of the same round; ours as a share of it."""
    task, n = found["task"], found["task"]["repeats"] * found["task"]["epochs"]
    gflop = task["n_train"] * task["training_mflop"] / 1e3
    wholes = [whole(turn["ours"], n) for turn in found["rounds"]]
    alone = [training_alone(turn["ours"]) for turn in found["rounds"]]

    def by(rates: list[float]) -> dict[str, Any]:
        limits = [gflop / rate for rate in rates]
        share = {"whole": _ratio(limits, wholes), "training": _ratio(limits, alone)}
        return {"gflops": spread(rates), "limit_s": spread(limits), "share": share}

    rates = {
        of: [sum(turn["rate"]["each"][of]) for turn in found["rounds"]] for of in found["rounds"][0]["rate"]["each"]
    }
    fastest = by([turn["rate"]["gflops"] for turn in found["rounds"]])
    return {"gflop": gflop, **fastest, "of": {of: by(rate) for of, rate in rates.items()}}


def memory(found: dict[str, Any]) -> dict[str, Any]:
    """Peak memory in MB; None where the system does not tell."""
    sides = ("ours", *PEERS)
    seen = {side: [turn[side]["memory_mb"] for turn in found["rounds"] if turn[side]["memory_mb"]] for side in sides}
    return {side: spread(values) if values else None for side, values in seen.items()}


def grown(found: dict[str, Any]) -> dict[str, Any]:
    """Seconds per model and epoch by the number of repeats, and seconds of an epoch by windows and by length."""
    runs: dict[int, list[dict[str, Any]]] = {}
    for run in found["repeats"]:
        runs.setdefault(run["n"], []).append(run)
    ten = found["ten"]
    return {
        "repeats": {n: spread([whole(run, n * run["epochs"]) for run in runs[n]]) for n in sorted(runs)},
        "ten_over_one": _ratio([r["process_s"] for r in runs[ten]], [r["process_s"] for r in runs[1]]),
        "ten_over_one_training": _ratio(*([until_trained(r) for r in runs[n]] for n in (ten, 1))),
        "windows": {task["n_windows"]: task["epoch_s"][-1] for task in found["windows"]},
        "lengths": {task["length"]: task["epoch_s"][-1] for task in found["lengths"]},
    }


def until_trained(run: dict[str, Any]) -> float:
    """Seconds from our process' beginning to the last epoch's end."""
    return float(run["events"][-1][0])


def reached(found: dict[str, Any]) -> dict[str, Any]:
    """Seconds and epochs to the accuracy, of the trainings that reached it."""
    return {side: _reached([turn[side] for turn in found["rounds"]], found["target"]) for side in ("ours", *PEERS)}


def _reached(trainings: list[dict[str, Any]], target: float) -> dict[str, Any]:
    epochs = [
        next((n for n, accuracy in enumerate(training["accuracy"], start=1) if accuracy >= target), None)
        for training in trainings
    ]
    seconds = [sum(t["epoch_s"][:n]) for t, n in zip(trainings, epochs, strict=True) if n]
    return {
        "trainings": len(trainings),
        "reached": len(seconds),
        "seconds": spread(seconds) if seconds else None,
        "epochs": spread([n for n in epochs if n]) if seconds else None,
        "first_epoch_s": median(training["epoch_s"][0] for training in trainings),
        "later_epoch_s": median(s for training in trainings for s in training["epoch_s"][1:]),
    }


def answered(found: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of one window's answer and of many windows', by side and way; the peers' over ours."""
    rounds = found["rounds"]
    ways = [(side, way) for side in ("ours", *PEERS) for way in rounds[0][side]["batch_ms"]]
    own = next(iter(rounds[0]["ours"]["single_ms"]))
    single, batch, ratio = {}, {}, {}
    for side, way in ways:
        one = own if side == "ours" else way
        name = f"{side} {one if side == 'ours' else way}"
        each = [turn[side]["single_ms"][one] for turn in rounds]
        single[name] = {q: spread([times[q] for times in each]) for q in ("median", "p95", "p99")}
        batch[f"{side} {way}"] = {
            size: spread([turn[side]["batch_ms"][way][size] for turn in rounds]) for size in each_size(rounds[0])
        }
        if side != "ours":
            ours = [turn["ours"]["single_ms"][own]["median"] for turn in rounds]
            ratio[name] = {
                "single": _ratio([times["median"] for times in each], ours),
                "batch": {
                    size: _ratio(
                        [turn[side]["batch_ms"][way][size] for turn in rounds],
                        [turn["ours"]["batch_ms"]["predict"][size] for turn in rounds],
                    )
                    for size in each_size(rounds[0])
                },
            }
    return {"single_ms": single, "batch_ms": batch, "ratio": ratio}


def each_size(turn: dict[str, Any]) -> list[str]:
    """The batch sizes, as JSON names them."""
    return list(turn["ours"]["batch_ms"]["predict"])


def read(found: dict[str, Any]) -> dict[str, Any]:
    """Seconds of reading, and pandas' over ours."""
    rounds = found["rounds"]
    times = {way: {side: [turn[side][way] for turn in rounds] for side in rounds[0]} for way in ("wall_s", "cpu_s")}
    return {
        way: {side: spread(values) for side, values in sides.items()}
        | {"ratio": _ratio(sides["pandas"], sides["ours"])}
        for way, sides in times.items()
    }


def each_setting(found: dict[str, Any]) -> dict[str, Any]:
    """Seconds of an epoch of ours for each setting, and the peers' over ours."""
    times = {
        side: [[steady(task) for task in turn[side]["tasks"]] for turn in found["rounds"]]
        for side in ("ours", "tensorflow", "jax")
    }
    return {
        name: {
            "epoch_s": spread([turn[i] for turn in times["ours"]]),
            "ratio": {
                peer: _ratio([turn[i] for turn in times[peer]], [turn[i] for turn in times["ours"]])
                for peer in ("tensorflow", "jax")
            },
        }
        for i, name in enumerate(found["settings"])
    }


def _ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    return spread([a / b for a, b in zip(above, below, strict=True)])


SUMMARIES = {
    "a": trained,
    "b": lambda found: {name: trained(task) for name, task in found["tasks"].items()},
    "c": grown,
    "d": limit,
    "e": reached,
    "f": answered,
    "g": read,
    "h": memory,
    "i": each_setting,
}
