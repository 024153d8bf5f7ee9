"""A run's folder: written aside and renamed, so that it is either complete or not there.

While a run trains, its finished repeats lie in ``.unfinished-<name>-<digest>``; a killed run goes on from them.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stridenet.errors import DataError
from stridenet.evaluation.result import Result
from stridenet.system.files import hold, sync, writing

if TYPE_CHECKING:
    import polars as pl  # what a worker keeps needs none

_UNFINISHED = ".unfinished-"
_MODEL = "model.keras"


class Unfinished:
    """The folder of a run that is under way; only one process at a time may hold it.

    Args:
        out: the folder that holds runs; made if it is not there.
        name: the run's name with its digest.

    Raises:
        OutputError: the folder cannot be written, or another process holds this very run.
    """

    def __init__(self, out: Path, name: str) -> None:
        self.final = out / name
        self.path = out / f"{_UNFINISHED}{name}"
        self.ready = self.path / "run"
        self.model = self.path / _MODEL
        self._lock = hold(self.path)

    def missing(self, seeds: Sequence[int]) -> list[int]:
        """Those of these seeds whose repeats are not finished; the first leaves a model too."""
        whole = [_of_repeat(self.path, seed).exists() for seed in seeds]
        whole[0] &= self.model.exists()
        return [seed for seed, there in zip(seeds, whole, strict=True) if not there]

    def repeats(self, seeds: Sequence[int]) -> dict[int, dict[str, Any]]:
        """The finished repeats of these seeds."""
        found = {}
        for seed in seeds:
            with np.load(_of_repeat(self.path, seed)) as arrays:
                found[seed] = dict(arrays)
        return found

    def publish(self) -> Path:
        """Makes what lies in ``ready`` visible under the run's name, in place of an older one, and lets go of it."""
        with writing(self.final):
            for file in (*self.ready.rglob("*"), self.ready):
                sync(file)
            old = self.path.with_name(f".old-{self.final.name}")
            if self.final.exists():
                shutil.rmtree(old, ignore_errors=True)
                self.final.replace(old)
            self.ready.replace(self.final)
            sync(self.final.parent)
            shutil.rmtree(old, ignore_errors=True)
        for file in (*self.path.glob("repeat-*.npz"), self.model):
            file.unlink(missing_ok=True)
        self.close()
        return self.final

    def close(self) -> None:
        """Lets go of the folder; finished repeats stay for the next start, and without any nothing stays."""
        nothing = not any(self.path.glob("repeat-*.npz"))
        self._lock.release()
        if nothing:
            shutil.rmtree(self.path, ignore_errors=True)


def keep(folder: Path, seed: int, arrays: Mapping[str, Any], model: Any | None = None) -> None:
    """Stores a finished repeat, and its Keras model if there is one, in an unfinished run.

    A kill at any moment leaves all of it or nothing.
    """
    with writing(folder):
        aside = folder / f"writing-{seed}-{os.getpid()}.tmp"  # a killed run's worker may still be at it
        if model is not None:
            ours = aside.with_suffix(".keras")
            model.save(ours)
            sync(ours)
            ours.replace(folder / _MODEL)
        with aside.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(_of_repeat(folder, seed))


def _of_repeat(folder: Path, seed: int | str) -> Path:
    return folder / f"repeat-{seed}.npz"


def unfinished(out: Path) -> list[str]:
    """What killed or stopped runs left in a folder, a line each."""
    lines = []
    for path in sorted(out.glob(f"{_UNFINISHED}*")):
        n = len(list(path.glob("repeat-*.npz")))
        name = path.name.removeprefix(_UNFINISHED)
        lines.append(f"{name}: unfinished, {n} repeats kept; the same command goes on from there")
    return lines


def write(
    folder: Path, result: Result, *, settings: str, environment: dict[str, str], model: Path, extra: dict[str, Any]
) -> None:
    """Writes everything of a run but its pictures.

    Args:
        folder: where; made anew, so that nothing of a killed run stays in it.
        result: what was predicted.
        settings: the full settings, TOML.
        environment: the versions and the machine.
        model: the file of the first repeat's Keras model.
        extra: more figures for ``metrics.json``.
    """
    with writing(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "settings.toml").write_text(settings, encoding="utf-8")
        (folder / "environment.json").write_text(json.dumps(environment, indent=1), encoding="utf-8")
        (folder / "metrics.json").write_text(json.dumps(result.metrics() | extra, indent=1), encoding="utf-8")
        (folder / "history.json").write_text(json.dumps(list(result.history)), encoding="utf-8")
        _predictions(result).write_csv(folder / "predictions.csv")
        shutil.copyfile(model, folder / _MODEL)


def read(folder: Path) -> Result:
    """The result in a run's folder.

    Raises:
        DataError: the folder is no complete run.
    """
    import polars as pl

    try:
        figures = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
        classes = tuple(figures["classes"])
        text: dict[str, Any] = dict.fromkeys(("person", "recording", "true", "predicted"), pl.String)
        number = dict.fromkeys((f"p_{c}" for c in classes), pl.Float64)
        table = pl.read_csv(folder / "predictions.csv", schema_overrides=text | number)
        first = table.filter(pl.col("repeat") == 1)
        numbers = {name: i for i, name in enumerate(classes)}
        n = len(figures["seeds"])
        return Result(
            probability=table.select(f"p_{c}" for c in classes)
            .to_numpy()
            .astype(np.float32)
            .reshape(n, len(first), -1),
            y=first["true"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy(),
            group=first["person"].to_numpy().astype(np.str_),
            recording=first["recording"].to_numpy().astype(np.str_),
            start_s=first["start_s"].to_numpy(),
            classes=classes,
            seeds=tuple(figures["seeds"]),
            history=tuple(history),
            seconds=tuple(figures["training_seconds"]),
            protocol=figures["protocol"],
            n_parameters=figures["n_parameters"],
            about=figures["about"],
            compile_seconds=tuple(figures["compile_seconds"]),
        )
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{folder} is not a complete run ({error}); delete it and run again.") from None


def _predictions(result: Result) -> "pl.DataFrame":
    """One row per repeat and window: where it came from, what it is, what was said."""
    import polars as pl

    repeats, n, _ = result.probability.shape
    names = np.array(result.classes)
    flat = result.probability.reshape(repeats * n, -1)
    return pl.DataFrame(
        {
            "repeat": np.repeat(np.arange(1, repeats + 1), n),
            "seed": np.repeat(np.array(result.seeds), n),
            "person": np.tile(result.group, repeats),
            "recording": np.tile(result.recording, repeats),
            "start_s": np.tile(result.start_s, repeats),
            "true": np.tile(names[result.y], repeats),
            "predicted": names[result.predicted.ravel()],
        }
        | {f"p_{name}": flat[:, c] for c, name in enumerate(result.classes)}
    )
