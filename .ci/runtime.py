"""Measures the runtime that is installed here against its limits: megabytes, import, first answer, one window.

    python .ci/runtime.py model.stride

Most of both times is NumPy's and onnxruntime's own import. Where the machine is so slow that those alone come near a
limit, ours may take twice theirs.
"""

import os
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import numpy as np

from stridenet_runtime import NumpySession, OnnxSession, open_bundle

MB, IMPORT_S, FIRST_S = 250, 0.3, 0.5
IMPORT = "import stridenet_runtime, stridenet_runtime.bundle, stridenet_runtime.numpy_engine"
THEIRS, BOTH_THEIRS = "import numpy", "import numpy, onnxruntime"
FIRST = "from stridenet_runtime import *; b = open_bundle({!r}); s = OnnxSession(b.onnx); s(b.golden.x[:1])"


def seconds(code: str) -> float:
    """Of a new process on a processor, the least of five: other work on the machine does not count."""

    def one() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    return min(one() for _ in range(5))


def microseconds(session: object, x: object) -> float:
    """The median of one window."""
    assert callable(session)
    taken = []
    for _ in range(300):
        began = time.perf_counter()
        session(x)
        taken.append(time.perf_counter() - began)
    return 1e6 * statistics.median(taken)


path = sys.argv[1]
packages = Path(sysconfig.get_path("purelib"))
ours = [
    file
    for one in packages.iterdir()
    if not one.name.startswith("pip")
    for file in (one.rglob("*") if one.is_dir() else [one])
]
size = sum(file.stat().st_size for file in ours if file.is_file()) / 1e6
bundle = open_bundle(path)
apart = {}
for name, session in (("onnx", OnnxSession(bundle.onnx)), ("numpy", NumpySession(bundle.program))):
    apart[name] = float(np.abs(session(bundle.golden.x) - bundle.golden.y).max())
    print(f"{name}: {microseconds(session, bundle.golden.x[:1]):.0f} µs a window, {apart[name]:.1e} from Keras")
measured = (
    ("MB installed", size, MB),
    ("s import", seconds(IMPORT), max(IMPORT_S, 2 * seconds(THEIRS))),
    ("s first answer", seconds(FIRST.format(path)), max(FIRST_S, 2 * seconds(BOTH_THEIRS))),
)
for what, value, most in measured:
    print(f"{value:.2f} {what}, at most {most:.2f}")
sys.exit(any(value > most for _, value, most in measured) or max(apart.values()) > 1e-5)
