"""Runs an export to JavaScript here: its check, in a browser without a window, or else in Node."""

import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stridenet.errors import ExportError
from stridenet.system.notes import Note

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SECONDS = 300
_IN_NODE = """
const fs = require("node:fs");
const stridenet = require(process.argv[2] + "/model.js");
const golden = new Function(fs.readFileSync(process.argv[2] + "/golden.js", "utf8") + "; return stridenetGolden;")();
const x = stridenet.floats(golden.x);
const [answers, took, size] = [[], [], x.length / golden.n];
for (let i = 0; i < golden.n; i++) {
  const began = performance.now();
  answers.push(...stridenet.probabilities(x.subarray(i * size, (i + 1) * size)));
  took.push(performance.now() - began);
}
console.log(JSON.stringify({ answers, milliseconds: took.sort((p, q) => p - q)[took.length >> 1] }));
"""


class Answers(NamedTuple):
    """Probabilities (window, class), and what the median window took."""

    probabilities: npt.NDArray[np.float32]
    milliseconds: float


def answers(folder: Path, note: Note) -> Answers:
    """What the page's engine answers to the golden windows.

    Raises:
        ExportError: there is neither a browser nor Node, or the check fails.
    """
    if chromium := browser():
        page = dumped(chromium, (folder / "check.html").resolve().as_uri())
        found = re.search(r'<pre id="answers"[^>]*>(.+?)</pre>', page, flags=re.DOTALL)
        text = html.unescape(found[1]) if found else ""
    elif node := shutil.which("node"):
        note("js: there is no Chromium here, so it is checked in Node")
        words = [node, "-e", _IN_NODE, "-", str(folder.resolve())]
        text = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS).stdout
    else:
        raise ExportError("js: it is checked in Chromium or Node, and neither is here; apt-get install -y chromium.")
    if not text.strip():
        raise ExportError(f"{folder}: its check gives no answers; export it anew.")
    told = json.loads(text)
    n_classes = len(json.loads((folder / "export.json").read_text(encoding="utf-8"))["model"]["classes"])
    return Answers(np.array(told["answers"], np.float32).reshape(-1, n_classes), float(told["milliseconds"]))


def browser() -> str | None:
    """A browser of Chromium's kind."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def dumped(chromium: str, address: str, *flags: str) -> str:
    """A page as it stands when its scripts have run."""
    with tempfile.TemporaryDirectory() as profile:
        words = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *flags]
        words += ["--virtual-time-budget=60000", "--dump-dom", address]
        return subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, encoding="utf-8").stdout
