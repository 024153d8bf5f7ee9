"""Writes the tables in docs/exports.md from docs/exports/NETWORK.json; see exports.py.

python benchmarks/write_exports.py
"""

import json
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "exports.md"
BEGIN, END = "<!-- tables: benchmarks/write_exports.py -->\n", "<!-- end of tables -->\n"
HEAD = "| network | target | weights | bytes | largest difference | classes changed of 32 | ms a window |"
RULE = "|---|---|---|---|---|---|---|"
NAMES = {"c": "C", "js": "page", "onnx": "ONNX", "litert": "LiteRT", "coreml": "Core ML"}


def main() -> None:
    """Puts the tables into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(before + BEGIN + tables() + END + after, encoding="utf-8")


def tables() -> str:
    """All that was measured, as Markdown."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((DOCS / "exports").glob("*.json"))]
    lines = [
        "",
        "| network | parameters | multiply-adds | values at once, bytes | C: flash and RAM |",
        "|---|---|---|---|---|",
    ]
    for one in found:
        header: list[str] = next(
            (e["header"] for e in one["exports"] if e["target"] == "c" and not e["int8"] and "header" in e), []
        )
        said = " ".join(header).partition("RAM")[0].replace("Flash: ", "").split(" of weights")[0]
        ram = " ".join(header).partition("RAM: ")[2].split(",")[0]
        cells = (one["network"], f"{one['parameters']:,}", f"{one['multiply_adds']:,}", f"{one['peak_bytes']:,}")
        lines.append(f"| `{cells[0]}` | {' | '.join(cells[1:])} | {said}; {ram} |")
    lines += ["", HEAD, RULE]
    for one in found:
        for export in one["exports"]:
            lines += [f"| `{one['network']}` {row}" for row in rows(export)]
    lines += ["", "What smaller numbers cost on UCI HAR's 2,947 test windows:", ""]
    for one in found:
        for export in one["exports"]:
            lines += [f"- `{one['network']}`, {NAMES[export['target']]}, {told}." for told in export.get("told", ())]
    return "\n".join([*lines, ""])


def rows(export: dict[str, Any]) -> list[str]:
    """The lines of one export; or why it was refused."""
    name = NAMES[export["target"]]
    if "refused" in export:
        return [f"| {name} | | | refused: {export['refused']} | | |"]
    made = []
    for one in export["checked"]:
        difference = one["why"] if one["difference"] is None else f"{one['difference']:.1g}"
        changed = "" if one["difference"] is None else str(one["changed"])
        took = "" if one["milliseconds"] is None else f"{one['milliseconds']:.3f}"
        target = "ONNX" if one["file"].endswith(".onnx") else name
        if target == name:
            made.append(f"| {name} | {one['kind']} | {one['bytes']:,} | {difference} | {changed} | {took} |")
    return made


if __name__ == "__main__":
    main()
