"""Where finished trials lie: one file a trial, found by its key by every run, sweep and fold of this folder."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np

from stridenet.errors import ExportError, StridenetError
from stridenet.evaluation.learner import Fitted
from stridenet.system.files import moved_into, tidy, writing
from stridenet.system.notes import Note, silent
from stridenet_runtime.arrays import read_npz, write_npz, zipped
from stridenet_runtime.bundle import LARGEST
from stridenet_runtime.program import Program

_ARRAYS = ("probability", "scores", "history", "seconds", "n_parameters", "compile_seconds")
_SOME = {"layers", "held_probability", "whole_probability"}
"""What only some trials leave."""
_NONE = "none"
"""Where it is told why there is no program."""


class Store:
    """The trials in a folder of runs.

    Args:
        out: the folder that holds runs; the trials lie in its folder ``trials``.
        note: told, in a sentence, of a trial that is damaged.
    """

    def __init__(self, out: Path, note: Note = silent) -> None:
        self.folder, self._note = out / "trials", note

    def get(self, key: str, *, model: bool = False, more: Sequence[str] = ()) -> dict[str, Any] | None:
        """What a trial left; None when it is not there, damaged, or without the model or ``more`` that is asked for."""
        if model and not self.model(key).is_file():
            return None
        try:
            with np.load(self._arrays(key)) as stored:
                if not set(stored.files).issuperset(more):
                    return None
                arrays = {name: stored[name] for name in (*_ARRAYS, *(_SOME & set(stored.files)), *more)}
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            why = " ".join(str(error).split()) or "it is empty"
            self._note(f"the trial {self._arrays(key)} is damaged ({why[:120]}) and is trained anew")
            return None
        return arrays

    def keep(
        self, key: str, arrays: Mapping[str, Any], deciding: Mapping[str, Any], fitted: Fitted | None = None
    ) -> None:
        """Stores a finished trial, and its model if it is given; a kill at any moment leaves all of it or nothing.

        Raises:
            OutputError: the folder cannot be written.
        """
        if fitted is not None:
            with moved_into(self.model(key)) as aside:
                fitted.save(aside)
        with moved_into(self._arrays(key)) as aside, aside.open("wb") as file:
            np.savez(file, **arrays, deciding=np.array(json.dumps(deciding)))

    def model(self, key: str) -> Path:
        """Where a trial's model lies, if it was kept."""
        return self.folder / f"{key}.keras"

    def keep_program(self, key: str) -> None:
        """Traces a trial's model and stores its program, or why it has none."""
        from stridenet.engine.model_file import load_model  # its caller has just trained with Keras
        from stridenet.exports.trace import trace

        try:
            program = trace(load_model(self.model(key)))
            files = {"program.json": program.to_json().encode(), "program.npz": write_npz(program.constants)}
        except StridenetError as error:  # a layer of one's own that another process does not know, or without a form
            files = {_NONE: str(error).encode()}
        with moved_into(self._program(key)) as aside:
            aside.write_bytes(zipped(files))

    def program(self, key: str) -> Program:
        """The program of a trial's model; traced now where an older version has kept none.

        Raises:
            ExportError: it has none, and why.
        """
        try:
            return self._read_program(key)
        except ExportError:
            raise
        except (OSError, KeyError, ValueError, BadZipFile):  # it is not there, or damaged
            self.keep_program(key)
            return self._read_program(key)

    def _read_program(self, key: str) -> Program:
        with ZipFile(self._program(key)) as stored:
            if _NONE in stored.namelist():
                raise ExportError(stored.read(_NONE).decode())
            arrays = read_npz(stored.read("program.npz"), largest=LARGEST)
            return Program.from_json(stored.read("program.json"), arrays)

    def _program(self, key: str) -> Path:
        return self.folder / f"{key}.program"

    def forget(self, keys: Iterable[str]) -> None:
        """Takes trials away, so that they are trained anew."""
        with writing(self.folder):
            for key in keys:
                self._arrays(key).unlink(missing_ok=True)
                self.model(key).unlink(missing_ok=True)
                self._program(key).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Takes away what processes that are gone had half-written, and a folder that holds nothing."""
        tidy(self.folder)
        with suppress(OSError):  # it is not empty, or not there
            self.folder.rmdir()

    def _arrays(self, key: str) -> Path:
        return self.folder / f"{key}.npz"
