"""Exports the runs in a folder to every target and keeps what was measured: docs/exports/NETWORK.json.

python benchmarks/exports.py RUNS [NETWORK ...]: wants UCI HAR's data, gcc, Chromium, and the environment for LiteRT.
"""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stridenet import spec
from stridenet.errors import ExportError
from stridenet.exports.targets import export
from stridenet.runs.exporting import given

DOCS = Path(__file__).resolve().parents[1] / "docs" / "exports"
TARGETS = (("onnx", False), ("c", False), ("c", True), ("js", False), ("litert", False), ("coreml", False))


def main(runs: Path, *networks: str) -> None:
    DOCS.mkdir(exist_ok=True)
    for folder in sorted(path.parent for path in runs.glob("*/model.keras")):
        name = spec.read_toml(folder / "settings.toml")["model"]["name"]
        if not networks or name in networks:
            (DOCS / f"{name}.json").write_text(json.dumps(measured(folder, name), indent=1) + "\n", encoding="utf-8")


def measured(folder: Path, name: str) -> dict[str, Any]:
    model = given(folder)
    facts = model.program.check()
    found: dict[str, Any] = {
        "network": name,
        "multiply_adds": facts.multiply_adds,
        "parameters": facts.n_parameters,
        "peak_bytes": facts.peak_bytes,
        "exports": [],
    }
    for target, int8 in TARGETS:
        with tempfile.TemporaryDirectory() as place:
            one: dict[str, Any] = {"target": target, "int8": int8}
            try:
                done = export(model, target, Path(place) / "export", int8=int8)
                one |= {"checked": [asdict(checked) for checked in done.checked], "told": list(done.told)}
                if target == "c":
                    header = next((Path(place) / "export").glob("*.h")).read_text()
                    one["header"] = [line.strip() for line in header.splitlines() if "Flash" in line or "RAM" in line]
            except ExportError as error:
                one["refused"] = str(error)
            found["exports"].append(one)
            sys.stdout.write(f"{name} {target} {one.get('refused', 'done')}\n")
            sys.stdout.flush()
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
