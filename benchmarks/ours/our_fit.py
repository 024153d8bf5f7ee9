"""Trains one repeat of ours after another in this process; prints one line of JSON.

Each task is a network on stored arrays, or on random ones of a given size, from scratch: compiled programs are kept
nowhere, so the first epoch holds the compilation, as it does for the peers.
"""

import json
import sys
import time
from contextlib import suppress
from typing import Any

import jax
import numpy as np

from stridenet.engine.trainer import Trainer
from stridenet.models import build as models
from stridenet.spec import TrainSpec

jax.config.update("jax_enable_compilation_cache", False)


class ReachedError(Exception):
    """The accuracy that was asked for is there."""


def fit(task: dict[str, Any]) -> dict[str, Any]:
    """The seconds of every epoch and, with a side to test on, the accuracy after each."""
    x, y, test = arrays(task)
    model = models.build(
        task["model"],
        length=x.shape[1],
        n_channels=x.shape[2],
        n_classes=int(y.max()) + 1,
        settings=task.get("settings"),
        seed=task.get("seed", 0),
    )
    x = x.reshape(len(x), *model.input_shape[1:])
    trainer = Trainer(model, TrainSpec(epochs=task["epochs"], batch_size=task["batch_size"]))
    seconds: list[float] = []
    accuracy: list[float] = []
    last = time.perf_counter()

    def on_epoch(_: int, scores: dict[str, float]) -> None:
        nonlocal last
        now = time.perf_counter()
        seconds.append(now - last)
        last = now
        if test:
            accuracy.append(scores["val_accuracy"])
            if task.get("target") and len(accuracy) > 1 and max(accuracy) >= task["target"]:
                raise ReachedError

    with suppress(ReachedError):
        trainer.fit(trainer.start(), x, y, seed=task.get("seed", 0), validation=test, on_epoch=on_epoch)
    return {"epoch_s": seconds, "accuracy": accuracy, "parameters": int(model.count_params())}


def arrays(task: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Training windows, their classes, and the side to test on if one is asked for."""
    if "npz" in task:
        data, side = np.load(task["npz"]), task.get("validate")
        return data["x"], data["y"], (data[f"x_{side}"], data[f"y_{side}"]) if side else None
    rng = np.random.default_rng(0)
    x = rng.standard_normal((task["n_windows"], task["length"], task["n_channels"]), dtype=np.float32)
    return x, np.arange(task["n_windows"]) % 6, None


def main() -> None:
    answers = [fit(task) for task in json.loads(sys.argv[1])["tasks"]]
    device = str(jax.devices()[0].device_kind)
    print(json.dumps({"tasks": answers, "device": device, "versions": {"jax": jax.__version__}}))


if __name__ == "__main__":
    main()
