"""Runs an export to C here: compiles its check with gcc, without a warning, and gives it windows."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.errors import ExportError

FLAGS = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-O3", "-march=native")
_ROUNDS = 2000


class Answers(NamedTuple):
    """Probabilities (window, class), and what the median window took."""

    probabilities: npt.NDArray[np.float32]
    milliseconds: float


def answers(folder: Path, identifier: str, windows: npt.NDArray[np.float32], rounds: int = _ROUNDS) -> Answers:
    """What the C file in a folder answers.

    Raises:
        ExportError: there is no gcc, or it refuses the file.
    """
    gcc = shutil.which("gcc") or shutil.which("cc")
    if gcc is None:
        raise ExportError("c: it is checked by compiling it, and there is no gcc; install one (apt-get install gcc).")
    with tempfile.TemporaryDirectory() as place:
        program = Path(place) / "check"
        words = [gcc, *FLAGS, "check.c", f"{identifier}.c", "-lm", "-o", str(program)]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise ExportError(f"{folder}: gcc refuses it ({' '.join(done.stderr.split())[:300]}); export it anew.")
        raw = np.ascontiguousarray(windows, np.float32).tobytes()
        ran = subprocess.run([str(program), str(rounds)], input=raw, capture_output=True)
        if ran.returncode:
            raise ExportError(f"{folder}: its check ended with status {ran.returncode}; export it anew.")
    probabilities = np.frombuffer(ran.stdout, np.float32).reshape(len(windows), -1)
    return Answers(probabilities, 1e3 * float(ran.stderr))
