"""Sections (a), (b) and (e): training, side by side; (d) and (h) come from the rounds of (a)."""

import shutil
from functools import partial
from typing import Any

import tasks
from measuring import PEERS, Answer, Bench


def the_baseline(bench: Bench) -> dict[str, Any]:
    """(a): A1 with the document's ten repeats and ten epochs; the machine's matrix rate in every round for (d)."""
    task = tasks.baseline(quick=bench.quick)
    return {**_about(bench, task), "rounds": _rounds(bench, task, rate=True)}


def others(bench: Bench) -> dict[str, Any]:
    """(b): A6 and B1, fewer repeats and epochs."""
    found = {}
    for task in (tasks.heads(quick=bench.quick), tasks.phone(quick=bench.quick)):
        found[task.name] = {**_about(bench, task), "rounds": _rounds(bench, task)}
    return {"tasks": found}


def time_to_accuracy(bench: Bench) -> dict[str, Any]:
    """(e): one training of A1, tested after each epoch on the test people; two epochs, or until it is good enough."""
    task = tasks.baseline(quick=bench.quick)
    target, limit = (0.2, 2) if bench.quick else (0.88, 12)
    asked = {**task.for_peers(), "npz": bench.prepared(task)["npz"], "validate": "test", "target": target}
    rounds: list[dict[str, Answer]] = []
    for seed in range(bench.rounds):
        one = {**asked, "seed": seed, "epochs": limit}
        sides = {"ours": partial(_one_training, bench, one)} | {p: partial(bench.peer, p, one) for p in PEERS}
        rounds += bench.turns(sides, 1)
    return {"target": target, "limit": limit, "rounds": rounds}


def _rounds(bench: Bench, task: tasks.Task, *, rate: bool = False) -> list[dict[str, Answer]]:
    ready = bench.prepared(task)
    asked = {**task.for_peers(), "npz": ready["npz"]}
    sides = {"ours": partial(_ours, bench, task)} | {p: partial(bench.peer, p, asked) for p in PEERS}
    if rate:
        sides["rate"] = partial(bench.ours, "matrix_rate", {})
    rounds = []
    for found in bench.turns(sides):
        for side in ("ours", *PEERS):
            if found[side]["parameters"] != ready["parameters"]:
                raise SystemExit(
                    f"{task.name}: {side} has {found[side]['parameters']} parameters and our network has "
                    f"{ready['parameters']}: they are not the same network."
                )
        rounds.append(found)
    return rounds


def _ours(bench: Bench, task: tasks.Task) -> Answer:
    """Our run from the start of the process to its end; nothing is compiled before."""
    bench.forget_compiled()
    out = bench.work / "runs"
    found = bench.ours("our_run", {"spec": task.spec, "out": str(out), "data_dir": bench.data_dir})
    shutil.rmtree(out, ignore_errors=True)
    return found


def _one_training(bench: Bench, task: dict[str, Any]) -> Answer:
    found = bench.ours("our_fit", {"tasks": [task]})
    return {**found, **found["tasks"][0]}


def _about(bench: Bench, task: tasks.Task) -> dict[str, Any]:
    ready = bench.prepared(task)
    kept = ("n_train", "n_validation", "parameters", "forward_mflop", "training_mflop")
    return {
        "task": {
            "name": task.name,
            "model": task.model,
            "repeats": task.spec["repeats"],
            "epochs": task.spec["train"]["epochs"],
            "batch_size": task.spec["train"]["batch_size"],
            "peer_epochs": task.peer_epochs,
            "document_repeats": task.document_repeats,
            "document_epochs": task.document_epochs,
            **{name: ready[name] for name in kept},
        }
    }
