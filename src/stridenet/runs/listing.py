"""The runs in a folder, as they lie there: also those that are damaged or older; and how they are taken away."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import numpy as np

from stridenet.errors import DataError, DataMissingError, SettingError, StridenetError, UnknownNameError, plain, short
from stridenet.models.build import settings_of
from stridenet.models.own import is_file
from stridenet.runs import folder as runfolder
from stridenet.spec import RunSpec, parse, read_toml
from stridenet.system.files import writing

_OF_A_RUN = ("run.json", "metrics.json", "result.npz", "predictions.csv", "settings.toml")


@dataclass(frozen=True, slots=True)
class Listed:
    """A run folder at a glance.

    Args:
        name: the folder's.
        date: when it was written, local time, to the second.
        state: ``older`` ones were written before there was a format number; what is ``damaged`` has no figures.
        data: the data's name, or its path.
        model: the network's name.
        differs: settings that differ from the defaults, by their full names.
        repeats: trainings.
        accuracies: 0 to 1, one a training.
        protocol: how it was tested, in words.
        leaky: whether its figures are too good.
        why: what is damaged.
    """

    name: str
    date: str
    state: Literal["complete", "older", "damaged"]
    data: str = ""
    model: str = ""
    differs: dict[str, Any] | None = None
    repeats: int = 0
    accuracies: tuple[float, ...] = ()
    protocol: str = ""
    leaky: bool = False
    why: str = ""

    @property
    def accuracy_mean(self) -> float | None:
        """Of all trainings; None where the run is damaged."""
        return float(np.mean(self.accuracies)) if self.accuracies else None

    @property
    def accuracy_sd(self) -> float | None:
        """Of all trainings (ddof 0); None where there is no spread to speak of."""
        return float(np.std(self.accuracies)) if len(self.accuracies) > 1 else None


def listed(out: Path) -> list[Listed]:
    """The runs in a folder, the oldest first.

    Raises:
        DataMissingError: there is no such folder.
        DataError: it cannot be read.
    """
    return sorted((_look(folder) for folder in _folders(out)), key=lambda one: (one.date, one.name))


def refuse_unknown(out: Path, names: Sequence[str]) -> None:
    """Refuses names of runs that are not in the folder.

    Raises:
        UnknownNameError: the first of them; it names the nearest.
    """
    known = [folder.name for folder in _folders(out)]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise UnknownNameError(f"unknown run {short(name)}: {hint}`stridenet runs {plain(out)}` lists all.")


def remove(out: Path, names: Sequence[str]) -> None:
    """Takes runs away; a process that is at one of them keeps it.

    Raises:
        UnknownNameError: there is no such run.
        OutputError: another process is at it, or the folder cannot be written.
    """
    refuse_unknown(out, names)
    for name in dict.fromkeys(names):
        with closing(runfolder.Stage(out, name)) as stage, writing(stage.final):
            stage.final.replace(stage.ready)  # gone at once; what is left is taken away with the stage


def unused_trials(out: Path) -> list[Path]:
    """The files of trials that no run of the folder uses.

    Raises:
        SettingError: it cannot be known, for a run is damaged, or another process is at one.
    """
    used: set[str] = set()
    for folder in _folders(out):
        try:
            used |= runfolder.trials(folder)
        except (OSError, ValueError, AttributeError) as error:
            raise SettingError(
                f"{plain(folder)} is damaged, so nobody knows which trials are its own; make it anew with "
                "stridenet run, or remove it first."
            ) from error
    if runfolder.in_work(out):
        raise SettingError(f"{plain(out)}: another process is at a run here, whose trials no run has yet; wait for it.")
    return [file for file in sorted((out / "trials").glob("[!.]*")) if file.is_file() and file.stem not in used]


def _folders(out: Path) -> Iterator[Path]:
    try:
        inside = sorted(out.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        raise DataMissingError(f"there is no folder {plain(out)}; give the --out of your runs.") from None
    except OSError as error:
        raise DataError(f"{plain(out)} cannot be read ({error.strerror}); check its permissions.") from None
    for path in inside:
        if not path.name.startswith(".") and any((path / name).is_file() for name in _OF_A_RUN):
            yield path


def _look(folder: Path) -> Listed:
    when = max((file.stat().st_mtime for name in _OF_A_RUN if (file := folder / name).is_file()), default=0.0)
    date = datetime.fromtimestamp(when).astimezone().isoformat(timespec="seconds")
    try:
        spec = parse(read_toml(folder / "settings.toml"))
        result = runfolder.read(folder)
        differs = _differs(spec)
    except StridenetError as error:
        return Listed(folder.name, date, "damaged", why=str(error))
    return Listed(
        folder.name,
        date,
        "complete" if (folder / "run.json").is_file() else "older",
        spec.data.name,
        spec.model.name,
        differs,
        len(result.seeds),
        tuple(float(one) for one in result.accuracies),
        str(result.protocol),
        result.protocol.leaky,
    )


def _differs(spec: RunSpec) -> dict[str, Any]:
    """What differs from the defaults, besides the data, the network, the protocol and how often it was trained."""
    own, default = spec.model_dump(mode="json"), RunSpec().model_dump(mode="json")
    settings = own["model"]["settings"]
    if is_file(spec.model.name):
        network = settings
    else:
        standard = settings_of(spec.model.name).model_dump(mode="json")
        network = dict(_changed(settings_of(spec.model.name, settings).model_dump(mode="json"), standard))
    for one in (own, default):
        del one["model"], one["repeats"], one["data"]["name"]
        one["split"] = {name: value for name, value in one["split"].items() if name not in ("kind", "folds", "test")}
    return dict(_changed(own, default)) | {f"model.settings.{name}": value for name, value in network.items()}


def _changed(own: dict[str, Any], default: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in own.items():
        if isinstance(value, dict) and isinstance(default.get(name), dict):
            yield from _changed(value, default[name], f"{prefix}{name}.")
        elif value != default.get(name):
            yield prefix + name, value
