"""Measures stridenet against what people would otherwise use, both sides in turn, and stores every time measured.

    python benchmarks/bench.py [a b c d e f g h i] [--rounds 5] [--data-dir FOLDER] [--quick] [--out FOLDER]

Each section becomes a JSON file in ``docs/performance``; then ``docs/performance.md`` is written from all of them.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import write_performance
from growth import growth
from measuring import Bench, load, store
from performance_tables import TABLES, TITLES
from prediction import prediction
from reading import reading
from settings import settings
from training import others, the_baseline, time_to_accuracy

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "performance"
Section = Callable[[Bench], dict[str, Any]]

SECTIONS: dict[str, Section] = {
    "a": the_baseline,
    "b": others,
    "c": growth,
    "d": lambda bench: {"from_a": limited(bench)},
    "e": time_to_accuracy,
    "f": prediction,
    "g": reading,
    "h": lambda bench: {"from_a": limited(bench)},
    "i": settings,
}


def limited(bench: Bench) -> dict[str, Any]:
    """The rounds of (a), in which (d) and (h) were measured too."""
    stored = load(bench.folder, "a")
    if stored is None:
        raise SystemExit("(d) and (h) are measured in the rounds of (a): run that first.")
    return stored


def show(console: Console, section: str, found: dict[str, Any], seconds: float) -> None:
    """A section's figures as tables."""
    console.print(f"\n({section}) {TITLES[section]}, {seconds:.0f} s", style="bold")
    for head, rows in TABLES[section](found):
        table = Table(*head)
        for column in table.columns[1:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*row)
        console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="by default all")
    parser.add_argument("--rounds", type=int, default=5, help="how often the sides take turns")
    parser.add_argument("--data-dir", type=Path, help="where the real data lies")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs; write elsewhere then")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the JSON and the pictures go")
    given = parser.parse_args()
    if given.quick and given.out == FOLDER:
        parser.error("--quick gives no figures to keep: name another folder with --out")
    console = Console()
    began = time.perf_counter()
    with Bench(given.out, given.rounds, given.data_dir, quick=given.quick) as bench:
        for section in given.sections or SECTIONS:
            start = time.perf_counter()
            found = SECTIONS[section](bench)
            elapsed = time.perf_counter() - start
            show(console, section, store(bench, section, found, elapsed), elapsed)
    console.print(f"{time.perf_counter() - began:.0f} s in all; written: {write_performance.write(given.out)}")


if __name__ == "__main__":
    main()
