"""The model file of a run: its network is traced where it was trained, and packed when the folder is written.

A worker has Keras loaded and the main process has not, so what is traced lies beside the trial's Keras model.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.data.sets.table import TABLE, info
from stridenet.errors import ExportError
from stridenet.evaluation.result import Result
from stridenet.evaluation.splits import Split
from stridenet.runs import folder as runfolder
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn
from stridenet.signals.windows import Windows
from stridenet.system.files import write
from stridenet.system.notes import Note
from stridenet_runtime.answers import person
from stridenet_runtime.bundle import NAME, Golden
from stridenet_runtime.manifest import Channel, Manifest, Window
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Program

N_GOLDEN = 32
"""Windows whose answers travel with the model."""
TOLERANCE = 1e-4
"""Of a probability, between Keras and the runtime."""
_LEFT_OUT = (
    "protocol",
    "provenance",
    "ledger",
    "people",
    "timeline",
    "executor",
    "training_seconds",
    "compile_seconds",
)


def write_bundles(
    folder: Path,
    job_of: Callable[[Turn], Resolved],
    result: Result,
    store: Store,
    trials: dict[Turn, str],
    name: str,
    note: Note,
) -> None:
    """Writes ``model.stride`` into a run's folder, and one for each further model that is kept.

    A network without a runtime form leaves none, and that is told.

    Args:
        folder: where the Keras models lie already.
        job_of: what was trained in a turn, for chosen settings may differ from fold to fold.
        result: what came out.
        store: where the trials lie.
        trials: the key of each.
        name: the run's.
        note: told of a network that only Keras runs.
    """
    from stridenet.exports.bundle import pack

    for number, (turn, key) in enumerate((t, k) for t, k in trials.items() if job_of(t).needs_model(t)):
        job = job_of(turn)
        try:
            program = store.program(key)
            golden = _golden(job, turn, store.get(key) or {}, program)
            content = pack(manifest(job, result, turn, name), program, golden, store.model(key).read_bytes())
        except ExportError as error:
            note(f"there is no {NAME}: {error}")
            return
        other = f"-{runfolder.which(turn, result)}" if number else ""
        write(folder / NAME.replace(".", f"{other}."), content)


def _golden(job: Resolved, turn: Turn, arrays: dict[str, Any], program: Program) -> Golden:
    """The first test windows with Keras' answers, which the runtime is seen to give as well."""
    places = job.splits[turn.fold].test[:N_GOLDEN]
    x = np.asarray(job.windows.take(places).x, np.float32)
    y = np.asarray(arrays["probability"][:N_GOLDEN], np.float32)
    apart = float(np.abs(run(program, x) - y).max())
    if apart > TOLERANCE:  # NaN, where a training diverged, is NaN in both
        raise ExportError(f"the runtime's answers differ from Keras' by {apart:.2g}; only Keras runs this network.")
    return Golden(x, y)


def manifest(job: Resolved, result: Result, turn: Turn, name: str) -> Manifest:
    """What a run's model file says of itself."""
    windows, spec = job.windows, job.spec
    settings = spec.model_dump(mode="json", exclude_none=True)
    for table in ("data", "model"):  # no paths of this machine
        settings[table]["name"] = Path(settings[table]["name"]).name
    told = result.metrics()
    metrics = {name: value for name, value in told.items() if name not in _LEFT_OUT}
    filtered = "uci-har" in (spec.data.filter, spec.data.name)
    channels = _channels(windows)
    temperature, threshold = _when_unsure(result, turn)
    versions = ("stridenet", "keras", "jax", "numpy", "python")
    return Manifest(
        name=name,
        window=Window(windows.length, _step(windows), windows.length / windows.rate_hz),
        rate_hz=float(windows.rate_hz),
        channels=channels,
        raw_channels=_before_chain(channels) if filtered else channels,
        classes=tuple(windows.classes),
        filter="uci-har" if filtered else "none",
        preparation="each sensor by what it measures" if job.network.raw else spec.prepare,
        data={
            "name": settings["data"]["name"],
            "digest": job.data,
            "description": windows.source,
            "simulated": windows.simulated,
            "taught_by": _taught_by(windows, job.splits[turn.fold]),
            "people": {side: len(people) for side, people in result.protocol.people.items()},
            "licence": info(spec.data.name).terms if spec.data.name in TABLE else "",
        },
        protocol=_finite({key: told["protocol"][key] for key in ("words", "kind", "windows")}),
        ledger=_finite(told["ledger"]),
        metrics=_finite(metrics),
        temperature=temperature,
        threshold=threshold,
        settings=_finite(settings),
        created_by={name: job.environment[name] for name in versions},
        finished=result.finished,
        licence="as whoever trained it says; the terms of the training data stand in data.licence",
    )


def _taught_by(windows: Windows, split: Split) -> list[str]:
    """Digests of all whose windows had a part in the training."""
    return sorted(map(person, np.unique(windows.group[np.concatenate([split.train, split.validation])]).tolist()))


def _channels(windows: Windows) -> tuple[Channel, ...]:
    units = windows.units or ("",) * len(windows.channels)
    return tuple(Channel(name, unit) for name, unit in zip(windows.channels, units, strict=True))


def _before_chain(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """What goes into UCI HAR's filters, of which these are the output."""
    units = {one.name.rpartition("_")[0]: one.unit for one in channels}
    pushed = {"acc": next((unit for kind, unit in units.items() if kind.endswith("_acc")), "")}
    pushed |= {"gyro": units["body_gyro"]} if "body_gyro" in units else {}
    return tuple(Channel(f"{kind}_{axis}", unit) for kind, unit in pushed.items() for axis in "xyz")


def _step(windows: Windows) -> int:
    """Samples from one window to the next; the window's own where no recording has two."""
    apart = np.diff(windows.start)[windows.recording[1:] == windows.recording[:-1]]
    apart = apart[apart > 0]
    return int(np.bincount(apart).argmax()) if len(apart) else windows.length


def _when_unsure(result: Result, turn: Turn) -> tuple[float | None, float | None]:
    """Temperature and threshold of this training, where people validated it."""
    if result.unsure is None:
        return None, None
    at = (result.seeds.index(turn.seed), turn.fold)
    threshold = float(result.unsure.withheld[0].threshold[at])
    return float(result.unsure.temperature[at]), threshold if 0 < threshold < np.inf else None


def _finite(value: Any) -> Any:
    """As JSON holds it; what is no number is null."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None)
