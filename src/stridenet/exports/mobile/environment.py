"""The environment in which LiteRT and Core ML files are made and run; made when it is first needed."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from stridenet.errors import ExportError
from stridenet.system.cache import cache_folder
from stridenet.system.notes import Note

PACKAGES = (
    "keras==3.15.1",
    "tensorflow-cpu==2.21.0",
    "ai-edge-litert==2.3.0",
    "ai-edge-quantizer==0.10.0",
    "coremltools==9.0",
)
"""Versions that were tried together."""
NAMED = "STRIDENET_MOBILE"
"""The variable that names an environment of one's own with these packages."""


def python(note: Note) -> Path:
    """The Python of that environment.

    Raises:
        ExportError: it cannot be made; it says with which command it can.
    """
    if named := os.environ.get(NAMED):
        found = Path(named) / "bin" / "python"
        if not found.is_file():
            raise ExportError(f"{NAMED}={named}: there is no bin/python; name an environment made by python -m venv.")
        return found
    folder = place()
    found, done = folder / "bin" / "python", folder / ".installed"
    if not done.is_file():
        note(f"installing TensorFlow and what goes with it into {folder}, once; it takes 1.5 GB")
        for words in ([sys.executable, "-m", "venv", str(folder)], [str(found), "-m", "pip", "install", *PACKAGES]):
            made = subprocess.run(words, capture_output=True, text=True)
            if made.returncode:
                why = " ".join((made.stderr or made.stdout).split())[-200:]
                by_hand = f"python -m venv DIR && DIR/bin/pip install {' '.join(PACKAGES)}"
                raise ExportError(
                    f"the environment for LiteRT and Core ML cannot be made ({why}); make it with {by_hand} and "
                    f"name it with {NAMED}=DIR."
                )
        done.touch()
    return found


def place() -> Path:
    """Its folder: another for other versions."""
    return cache_folder() / f"mobile-{sha256(' '.join(PACKAGES).encode()).hexdigest()[:10]}"


def is_there() -> bool:
    """Whether it need not be made."""
    return bool(os.environ.get(NAMED)) or (place() / ".installed").is_file()


def call(script: str, *words: str, note: Note) -> str:
    """What a script of this room prints, run there.

    Raises:
        ExportError: the script ends with an error.
    """
    file = Path(__file__).with_name(script)
    quiet = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    left = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JAX_"))}
    done = subprocess.run(
        [str(python(note)), "-W", "ignore", str(file), *words], capture_output=True, text=True, env=left | quiet
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "Error" in line or "error" in line]
        raise ExportError(f"{script.removesuffix('.py')}: it does not convert ({(lines or ['no reason'])[-1][:300]}).")
    return done.stdout
