"""No damage makes a traceback, and none is executed; benchmarks/damaged_bundles.py counts a thousand."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_some_damaged_files(tmp_path: Path) -> None:
    script, out = ROOT / "benchmarks" / "damaged_bundles.py", tmp_path / "bundles.json"
    command = [sys.executable, str(script), "--inputs", "120", "--seed", "14", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(out.read_text())["wrong"] == 0


def test_what_was_counted() -> None:
    told = json.loads((ROOT / "docs" / "reliability" / "bundles.json").read_text())
    assert told["inputs"] >= 1000
    assert told["wrong"] == 0
