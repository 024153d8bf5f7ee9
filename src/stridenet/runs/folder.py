"""A run's folder: written aside and renamed, so that it is either complete or not there.

``run.json`` says what the run is, in a format that has a number; ``result.npz`` holds every number of it, and
``timeline.npz`` those of whole recordings, where they were asked for. The other
files are for people and other programs, and are never read back.
"""

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from stridenet.errors import DataError
from stridenet.evaluation import continuous, held
from stridenet.evaluation.held import Held
from stridenet.evaluation.protocol import Ledger, Protocol, Provenance
from stridenet.evaluation.result import Result, layers_of
from stridenet.runs import older
from stridenet.runs.trial import Turn
from stridenet.system.files import LOCK, claim, hold, sync, writing

if TYPE_CHECKING:
    import polars as pl

FORMAT = 2
"""2: folds."""
TIMELINE = "timeline.npz"
_UNFINISHED, _OLD = ".unfinished-", ".old-"


class Stage:
    """The place where a run's folder is made ready; only one process at a time may hold it.

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
        self._lock = hold(self.path)

    def publish(self) -> Path:
        """Makes what lies in ``ready`` visible under the run's name, in place of an older one, and lets go of it."""
        with writing(self.final):
            for file in (*self.ready.rglob("*"), self.ready):
                sync(file)
            old = self.path.with_name(f"{_OLD}{self.final.name}")
            if self.final.exists():
                shutil.rmtree(old, ignore_errors=True)
                self.final.replace(old)
            self.ready.replace(self.final)
            sync(self.final.parent)
            shutil.rmtree(old, ignore_errors=True)
        self.close()
        return self.final

    def close(self) -> None:
        """Lets go of the place; finished trials lie elsewhere, so nothing of it stays."""
        shutil.rmtree(self.ready, ignore_errors=True)
        self._lock.release()
        _remove(self.path)


def tidy(out: Path) -> None:
    """Takes away what processes that are gone left in a folder of runs; what another one works on stays."""
    for path in out.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):  # it is gone meanwhile
            if not {file.name for file in path.iterdir()} - {LOCK, "run"}:  # else an older version's finished repeats
                _remove(path)
    for path in out.glob(f"{_OLD}*"):
        final = out / path.name.removeprefix(_OLD)
        if final.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.replace(final)  # killed between the two renames: the older run is whole


def in_work(out: Path) -> bool:
    """Whether a process is at a run in this folder."""
    for path in out.glob(f"{_UNFINISHED}*"):
        if (lock := claim(path)) is None:
            return True
        lock.release()
    return False


def trials(folder: Path) -> set[str]:
    """The keys of a run's trials; an older run has none.

    Raises:
        OSError, ValueError, AttributeError: its ``run.json`` is damaged.
    """
    if not (folder / "run.json").is_file() and (folder / "metrics.json").is_file():
        return set()
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {*about.get("trials", {}).values(), *about.get("inner_trials", ())}


def write(
    folder: Path,
    result: Result,
    *,
    name: str,
    trials: dict[Turn, str],
    settings: str,
    environment: dict[str, str],
    models: dict[Turn, Path],
    inner: Sequence[str] = (),
) -> None:
    """Writes everything of a run but its pictures.

    Args:
        folder: where; made anew, so that nothing of a killed run stays in it.
        result: what was predicted.
        name: the run's name.
        trials: the key of each trial.
        settings: the full settings, TOML.
        environment: the versions and the machine.
        models: the files of the Keras models that are kept; the first is ``model.keras``.
        inner: the keys of trials that its settings were chosen by.
    """
    with writing(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        about = {"format": FORMAT, "name": name, "trials": {which(turn, result): key for turn, key in trials.items()}}
        about |= {"inner_trials": list(inner)} if inner else {}
        (folder / "run.json").write_text(json.dumps(about | _described(result), indent=1), encoding="utf-8")
        np.savez(folder / "result.npz", **{name: getattr(result, name) for name in _ARRAYS}, **_more(result))
        if result.continuous is not None:
            continuous.write(folder / TIMELINE, result.continuous)
        (folder / "settings.toml").write_text(settings, encoding="utf-8")
        (folder / "environment.json").write_text(json.dumps(environment, indent=1), encoding="utf-8")
        (folder / "metrics.json").write_text(json.dumps(result.metrics(), indent=1), encoding="utf-8")
        (folder / "history.json").write_text(json.dumps(_finite(list(result.history))), encoding="utf-8")
        _predictions(result).write_csv(folder / "predictions.csv")
        for i, (turn, file) in enumerate(models.items()):
            shutil.copyfile(file, folder / ("model.keras" if i == 0 else f"model-{which(turn, result)}.keras"))


def which(turn: Turn, result: Result) -> str:
    """What a fold and a seed are called in the names of files."""
    return f"fold{turn.fold + 1}-{turn.seed}" if result.n_folds > 1 else str(turn.seed)


def read(folder: Path) -> Result:
    """The result in a run's folder, of this format or an older one.

    Raises:
        DataError: the folder is no complete run, or was written by a newer version.
    """
    try:
        if not (folder / "run.json").is_file():
            return older.read(folder)
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        if about["format"] > FORMAT:
            raise DataError(
                f"{folder} was written by a newer version of stridenet (format {about['format']}; this one reads up to "
                f"{FORMAT}); use that version."
            )
        with np.load(folder / "result.npz") as arrays:
            result = Result(
                **{name: arrays[name] for name in _ARRAYS if name in arrays or name != "fold"},
                classes=tuple(about["classes"]),
                seeds=tuple(about["seeds"]),
                history=tuple(_infinite(about["history"])),
                seconds=tuple(about["training_seconds"]),
                compile_seconds=tuple(about["compile_seconds"]),
                protocol=_protocol(about["protocol"]),
                provenance=Provenance(
                    **about["provenance"] | _tuples(about["provenance"], "channels", "units", "told")
                ),
                ledger=Ledger(**about["ledger"]),
                n_parameters=about["n_parameters"],
                executor=about["executor"],
                total_seconds=about["seconds"],
                finished=about.get("finished", ""),
                layers=layers_of(about.get("layers", ())),
                held=Held(**{name: arrays[f"held_{name}"] for name in held.ARRAYS})
                if "held_probability" in arrays
                else None,
                continuous=continuous.read(folder / TIMELINE, tuple(about["classes"]))
                if about.get("timeline")
                else None,
            )
            if learnt := about.get("distilled"):
                learnt |= _tuples(learnt, "seeds", "seconds", "compile_seconds")
                learnt |= {"history": tuple(_infinite(learnt["history"])), "probability": arrays["distilled"]}
                result = replace(result, distilled=replace(result, held=None, continuous=None, **learnt))
            return result
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
        if isinstance(error, DataError):
            raise
        why = " ".join(str(error).split())[:200]
        raise DataError(f"{folder} is not a complete run ({why}); make it anew with stridenet run --fresh.") from None


_ARRAYS = ("probability", "y", "group", "recording", "start_s", "fold")


def _more(result: Result) -> dict[str, Any]:
    more = {} if result.held is None else {f"held_{name}": getattr(result.held, name) for name in held.ARRAYS}
    return more if result.distilled is None else more | {"distilled": result.distilled.probability}


def _protocol(told: dict[str, Any]) -> Protocol:
    folds = tuple(tuple(people) for people in told.get("folds", ()))
    return Protocol(**told | {"people": _tuples(told["people"]), "folds": folds})


def _described(result: Result) -> dict[str, Any]:
    return {
        "classes": result.classes,
        "seeds": result.seeds,
        "history": _finite(list(result.history)),
        "training_seconds": result.seconds,
        "compile_seconds": result.compile_seconds,
        "protocol": asdict(result.protocol),
        "provenance": asdict(result.provenance),
        "ledger": asdict(result.ledger),
        "n_parameters": result.n_parameters,
        "executor": result.executor,
        "seconds": result.total_seconds,
        "finished": result.finished,
        "layers": result.layers,
        "timeline": result.continuous is not None,
    } | ({} if result.distilled is None else {"distilled": _learnt(result.distilled)})


def _learnt(distilled: Result) -> dict[str, Any]:
    """What differs of a result beside what it is part of."""
    told = {name: getattr(distilled, name) for name in ("seeds", "seconds", "compile_seconds", "executor")}
    return told | {"history": _finite(list(distilled.history))}


def _finite(history: list[dict[str, list[float]]]) -> list[dict[str, list[float | None]]]:
    """JSON knows no NaN and no infinity: a score that is none is null."""
    return [{name: [v if np.isfinite(v) else None for v in values] for name, values in h.items()} for h in history]


def _infinite(history: list[dict[str, list[float | None]]]) -> list[dict[str, list[float]]]:
    return [{name: [float("nan") if v is None else v for v in values] for name, values in h.items()} for h in history]


def _tuples(table: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(table[name]) for name in names or table if name in table}


def _remove(path: Path) -> None:
    """Takes away what nobody holds."""
    if (lock := claim(path)) is not None:
        shutil.rmtree(path, ignore_errors=True)
        lock.release()


def _predictions(result: Result) -> "pl.DataFrame":
    """One row per repeat and window: where it came from, what it is, what was said."""
    import polars as pl

    repeats, n, _ = result.probability.shape
    names = np.array((*result.classes, "no answer"))  # the last one is NO_ANSWER's
    flat = result.probability.reshape(repeats * n, -1)
    return pl.DataFrame(
        {
            "repeat": np.repeat(np.arange(1, repeats + 1), n),
            "seed": np.repeat(np.array(result.seeds), n),
            "fold": np.tile(result.fold + 1, repeats),
            "person": np.tile(result.group, repeats),
            "recording": np.tile(result.recording, repeats),
            "start_s": np.tile(result.start_s, repeats),
            "true": np.tile(names[result.y], repeats),
            "predicted": names[result.predicted.ravel()],
        }
        | {f"p_{name}": flat[:, c] for c, name in enumerate(result.classes)}
    )
