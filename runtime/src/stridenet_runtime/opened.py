"""A model file as what answers: its task, an engine, and its program."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stridenet_runtime.answers import Floats, Task
from stridenet_runtime.bundle import Bundle, open_bundle
from stridenet_runtime.errors import EngineError
from stridenet_runtime.manifest import Manifest
from stridenet_runtime.numpy_engine import NumpySession
from stridenet_runtime.onnx_session import OnnxSession
from stridenet_runtime.program import Program


def opened(model: Bundle | Path | str, engine: str = "auto") -> tuple[Task, Callable[[Any], Floats], Program, Floats]:
    """What a model takes and says, what answers windows, its program, and some windows of the training.

    Args:
        model: a model file, its path, or the folder that holds it.
        engine: ``"onnx"``, ``"numpy"``, or ``"auto"`` for onnxruntime where it is installed, else NumPy.

    Raises:
        BundleError: the file is no model file, or damaged.
        EngineError: the engine is not known, not installed or does not take this model.
    """
    bundle = model if isinstance(model, Bundle) else open_bundle(model)
    if engine not in ("auto", "onnx", "numpy"):
        raise EngineError(f"there is no engine {engine!r}; known: auto, onnx, numpy.")
    return task_of(bundle.manifest), _session(bundle, engine), bundle.program, bundle.golden.x


def task_of(manifest: Manifest) -> Task:
    """What a model takes and says, by its manifest."""
    given = manifest.raw_channels if manifest.filter != "none" else manifest.channels
    return Task(
        length=manifest.window.length,
        step=manifest.window.step,
        rate_hz=manifest.rate_hz,
        classes=manifest.classes,
        channels=tuple(channel.name for channel in given),
        units=tuple(channel.unit for channel in given),
        filters=manifest.filter,
        temperature=manifest.temperature or 1.0,
        threshold=manifest.threshold or 0.0,
        name=f"model {manifest.name}",
        taught_by=frozenset(map(str, manifest.data.get("taught_by", ()))),
    )


def _session(bundle: Bundle, engine: str) -> Callable[[Any], Floats]:
    if engine == "numpy":
        return NumpySession(bundle.program)
    try:
        return OnnxSession(bundle.onnx)
    except EngineError:
        if engine == "onnx":
            raise
        return NumpySession(bundle.program)
