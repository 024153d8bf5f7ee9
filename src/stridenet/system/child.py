"""A Python of our own: it finds the stridenet that started it and nothing in the current folder, and dies with it.

Only the standard library is imported here, for this file is also what the new Python runs first.
"""

import ctypes
import importlib.util
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

_PACKAGE = Path(__file__).absolute().parents[1]
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, as Linux' prctl.h numbers it


def command(module: str) -> list[str]:
    """What runs ``main`` of a module of ours in a new Python, for :class:`subprocess.Popen`.

    It searches where this process searches, but for the current folder; so both find the same libraries.
    """
    current = Path.cwd()
    path = [str(Path(place).absolute()) for place in sys.path if Path(place).resolve() != current]
    told = json.dumps([module, os.getpid(), str(_PACKAGE), path])
    return [sys.executable, "-P", str(Path(__file__).absolute()), told]


def environment(**more: str) -> dict[str, str]:
    """This process's environment and more; an empty part of PYTHONPATH, which means the current folder, is left out."""
    given = {**os.environ, **more}
    if "PYTHONPATH" in given:
        given["PYTHONPATH"] = os.pathsep.join(filter(None, given["PYTHONPATH"].split(os.pathsep)))
    return given


def tie_to(parent: int) -> None:
    """Ends this process as soon as its parent has gone, however that ended and whatever is done here."""
    if os.name == "nt":  # a process there does not hear of it
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:  # also where it had gone before we asked
        time.sleep(0.2)
    os._exit(1)


def _start(module: str, parent: int, package: str, path: Sequence[str]) -> None:
    tie_to(parent)
    sys.path[:] = [*path, *(place for place in sys.path if place not in path)]
    spec = importlib.util.spec_from_file_location(
        "stridenet", Path(package, "__init__.py"), submodule_search_locations=[package]
    )
    assert spec  # it is the place that this file lies in
    assert spec.loader
    sys.modules["stridenet"] = stridenet = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stridenet)
    import_module(module).main()


if __name__ == "__main__":
    _start(*json.loads(sys.argv[1]))
