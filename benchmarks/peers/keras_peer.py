"""Keras as the documents use it: builds a network, calls ``fit`` or ``predict``, prints one line of JSON.

Runs in an environment of its own, with KERAS_BACKEND set; knows nothing of stridenet. The task comes as JSON.
"""

import json
import sys
import time
from typing import Any

import keras  # type: ignore[import-not-found, import-untyped, unused-ignore]
import numpy as np
from clock import memory_mb, timed

layers = keras.layers


def cnn(shape: tuple[int, ...], n_classes: int, filters: int = 64, kernel_size: int = 3) -> Any:
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Conv1D(filters, kernel_size, activation="relu"),
            layers.Conv1D(filters, kernel_size, activation="relu"),
            layers.Dropout(0.5),
            layers.MaxPooling1D(2),
            layers.Flatten(),
            layers.Dense(100, activation="relu"),
            layers.Dense(n_classes, activation="softmax"),
        ]
    )


def multihead(shape: tuple[int, ...], n_classes: int) -> Any:
    windows = keras.Input(shape)
    heads = []
    for kernel in (3, 5, 11):
        x = layers.Conv1D(64, kernel, activation="relu")(windows)
        x = layers.Dropout(0.5)(x)
        x = layers.MaxPooling1D(2)(x)
        heads.append(layers.Flatten()(x))
    x = layers.Dense(100, activation="relu")(layers.concatenate(heads))
    return keras.Model(windows, layers.Dense(n_classes, activation="softmax")(x))


def gap(shape: tuple[int, ...], n_classes: int) -> Any:
    return keras.Sequential(
        [
            keras.Input((shape[0] * shape[1],)),
            layers.Reshape(shape),
            layers.Conv1D(100, 10, activation="relu"),
            layers.Conv1D(100, 10, activation="relu"),
            layers.MaxPooling1D(3),
            layers.Conv1D(160, 10, activation="relu"),
            layers.Conv1D(160, 10, activation="relu"),
            layers.GlobalAveragePooling1D(),
            layers.Dropout(0.5),
            layers.Dense(n_classes, activation="softmax"),
        ]
    )


class Times(keras.callbacks.Callback):  # type: ignore[misc, unused-ignore]
    """Seconds from the end of one epoch to the end of the next; the first holds the compilation."""

    def __init__(self, target: float | None) -> None:
        super().__init__()
        self.target = target
        self.last = time.perf_counter()
        self.seconds: list[float] = []
        self.accuracy: list[float] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        del epoch
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now
        if logs and "val_accuracy" in logs:
            self.accuracy.append(float(logs["val_accuracy"]))
            if self.target and len(self.accuracy) > 1 and max(self.accuracy) >= self.target:
                self.model.stop_training = True


def fit(task: dict[str, Any]) -> dict[str, Any]:
    data = np.load(task["npz"])
    keras.utils.set_random_seed(task.get("seed", 0))
    model = BUILD[task["model"]](data["x"].shape[1:], int(data["y"].max()) + 1, **task.get("settings", {}))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y, side = _as_taken(model, data["x"]), data["y"], task.get("validate")
    validation = (_as_taken(model, data[f"x_{side}"]), data[f"y_{side}"]) if side else None
    times = Times(task.get("target"))
    size = {"epochs": task["epochs"], "batch_size": task["batch_size"]}
    model.fit(x, y, **size, validation_data=validation, verbose=0, callbacks=[times])
    return {"epoch_s": times.seconds, "accuracy": times.accuracy, "parameters": int(model.count_params())}


def fit_all(task: dict[str, Any]) -> dict[str, Any]:
    return {"tasks": [fit(one) for one in task["tasks"]]}


def predict(task: dict[str, Any]) -> dict[str, Any]:
    model = BUILD[task["model"]](tuple(task["shape"]), task["n_classes"])
    x = np.random.default_rng(0).normal(size=(max(task["sizes"]), *task["shape"])).astype(np.float32)
    x = _as_taken(model, x)
    ways = {"predict": lambda x: model.predict(x, verbose=0), "call": lambda x: np.asarray(model(x))}
    return {
        "parameters": int(model.count_params()),
        "single_ms": {name: timed(way, x, [1], task["calls"], task["limit_s"])[1] for name, way in ways.items()},
        "batch_ms": {name: timed(way, x, task["sizes"], task["calls"], task["size_s"]) for name, way in ways.items()},
    }


def _as_taken(model: Any, x: Any) -> Any:
    return x.reshape(len(x), *model.input_shape[1:])


def device() -> str:
    if keras.backend.backend() == "tensorflow":
        import tensorflow  # type: ignore[import-not-found, import-untyped, unused-ignore]

        return "gpu" if tensorflow.config.list_physical_devices("GPU") else "cpu"
    import jax

    return str(jax.devices()[0].device_kind)


def versions() -> dict[str, str]:
    backend = __import__(keras.backend.backend())
    return {"keras": keras.__version__, backend.__name__: backend.__version__, "numpy": np.__version__}


BUILD = {"cnn": cnn, "multihead": multihead, "gap": gap}
JOBS = {"fit": fit, "fit_all": fit_all, "predict": predict}

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    answer = JOBS[given["job"]](given)
    print(json.dumps({**answer, "memory_mb": memory_mb(), "device": device(), "versions": versions()}))
