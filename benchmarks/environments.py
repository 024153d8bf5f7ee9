"""An environment for each peer, built on first use and kept in the user's cache: nobody's versions are mixed."""

import hashlib
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

_X86 = platform.machine().lower() in ("x86_64", "amd64")
_SAME = {name: f"{name}=={version(name)}" for name in ("keras", "jax", "numpy")}  # what both sides use is the same

REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "tensorflow": (_SAME["keras"], f"tensorflow{'-cpu' if _X86 else ''}==2.21.0"),
    "jax": (_SAME["keras"], _SAME["jax"]),
    "torch": ("torch==2.13.0", _SAME["numpy"]),
    "pandas": ("pandas==3.1.1", _SAME["numpy"]),
}
ON_GPU: dict[str, tuple[str, ...]] = {
    "tensorflow": (_SAME["keras"], "tensorflow[and-cuda]==2.21.0"),
    "jax": (_SAME["keras"], _SAME["jax"].replace("==", "[cuda13]==")),
}


def interpreter(peer: str, *, gpu: bool = False) -> Path:
    """The Python of a peer's environment; builds it when it is not there, or was built from other versions.

    Raises:
        SystemExit: it could not be built.
    """
    needed = (ON_GPU if gpu and peer in ON_GPU else REQUIREMENTS)[peer]
    digest = hashlib.sha256(repr((needed, platform.python_version(), "compiled")).encode()).hexdigest()[:8]
    folder = user_cache_path("stridenet", appauthor=False) / "benchmarks" / f"{peer}-{digest}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    whole = folder / "whole"
    if not whole.exists():
        print(f"building the environment of {peer} in {folder}: {' '.join(needed)}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        _install(peer, python, needed)
        whole.touch()
    return python


def _install(peer: str, python: Path, needed: tuple[str, ...]) -> None:
    """With uv, else with pip; torch with pip, which knows where its settings name a build without CUDA's 2 GB."""
    commands = [[str(python), "-m", "pip", "install", "--quiet", *needed]]
    if peer != "torch":
        uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode"]  # as pip does by itself
        commands.insert(0, [*uv, "--python", str(python), *needed])
    said = ""
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return
        said = done.stderr.strip()
    raise SystemExit(f"the environment of {peer} cannot be built:\n{said[-2000:]}")


if __name__ == "__main__":
    for name in sys.argv[1:] or REQUIREMENTS:
        print(name, interpreter(name))
