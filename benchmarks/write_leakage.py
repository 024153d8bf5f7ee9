"""What peeking would have claimed, from `stridenet leakage DATA --json`, into docs/evaluation.md.

    python benchmarks/write_leakage.py [DATA.json ...]

Files that are given are kept in docs/evaluation/leakage under their own names first.
"""

import json
import sys
from pathlib import Path
from typing import Any

from results import RESULTS
from stridenet.runs.environment import describe_environment
from write_results import ends, spread

PAGE, PLACE = RESULTS.parent / "evaluation.md", RESULTS / "leakage"
BEGIN, END = "<!-- leakage: written by benchmarks/write_leakage.py -->\n", "<!-- end of leakage -->\n"


def kept(file: Path) -> None:
    """A report's figures, without what is of one machine, and with what they were made with."""
    told = json.loads(file.read_text())
    told.pop("leakage_dir", None)
    PLACE.mkdir(parents=True, exist_ok=True)
    name = file.name.removeprefix("leakage_")
    (PLACE / name).write_text(json.dumps(told | {"environment": describe_environment()}, indent=1) + "\n")


def table(name: str, told: dict[str, Any]) -> list[str]:
    """A report as Markdown."""
    model = told["settings"].partition("[model]")[2].partition('name = "')[2].partition('"')[0]
    lines = [
        f"*{name}*, `{model}`: {told['n_windows']:,} windows of {told['n_people']} people, each tested once.",
        "",
        "| way | accuracy % | too good by, points |",
        "|---|---|---|",
    ]
    for way in told["ways"]:
        gap = way["gap"]
        too_good = "" if gap is None else f"{100 * gap['difference']:+.1f}{ends(gap)}"
        lines.append(f"| {way['name']} | {spread(way)} | {too_good} |")
    return [*lines, ""]


def main(*files: str) -> None:
    """Keeps what is given and writes the page's tables."""
    for given in files:
        kept(Path(given))
    lines: list[str] = [""]
    for file in sorted(PLACE.glob("*.json")):
        lines += table(file.stem, json.loads(file.read_text()))
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + "\n".join(lines) + "\n" + END + after)


if __name__ == "__main__":
    main(*sys.argv[1:])
