"""Damages small files of every form that is read, and counts how they are answered.

    python benchmarks/fuzz_readers.py --inputs 10000 --seed 1

Each input is a file, folder or archive that `fuzzing/` makes and then damages by one to three seeded faults: of bytes,
cells, lines, separators, encodings, numbers, dates, archives' headers, files of a folder. A child process reads it as a
user would, with limits of time and memory, and compares it with the undamaged one:

- refused: an error of ours in one sentence that names the file
- the same: the same windows
- told: other windows, and a note or doubt that the undamaged input does not have
- shown: the table of columns, files or clocks differs, people and classes do not; or files have other names
- values: as many samples, people, classes, channels; values differ no further than the fault reaches
- as it says: every line is a whole line and as many samples came or went as lines did, or whole files have other
  names; nothing can be told of it

Anything else is wrong: silent, traceback, abort, hang, or a bad sentence. It is shown with its number, and
`--only NUMBER` makes it again. Exit status 1 when there was any.
"""

import argparse
import collections
import difflib
import functools
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fuzzing.damage import damaged
from fuzzing.others import OTHERS
from fuzzing.recorders import RECORDERS
from fuzzing.source import Maker, Source
from fuzzing.tables import TABLES

RESULT = Path(__file__).resolve().parents[1] / "docs" / "reliability" / "readers.json"
FORMS: dict[str, Maker] = TABLES | RECORDERS | OTHERS
VARIANTS = 2
BATCH = 820
USUAL = 10
"""As many lines of one form are the rows of a table, or its units."""
WALL_S = 120.0
RIGHT = ("refused", "the same", "told", "shown", "values", "as it says")
WRONG = ("SILENT", "TRACEBACK", "ABORT", "HANG", "BAD SENTENCE", "NAMES NO FILE")
_BINARY = (".zip", ".gz", ".bz2", ".xz", ".tar", ".xlsx", ".parquet", ".npz", ".npy")
_NUMBER = re.compile(r"""["' ]*[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?["' ]*""")
_WORD = re.compile(r"[^\s0\x00-\x1f\x7f-\x9f\ufffd]+")
MARKS = {b"\xff\xfe\0\0": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass
class Asked:
    """One damaged input, as the child process needs it."""

    number: int
    form: str
    kinds: list[str]
    path: str
    whole: str
    said: dict[str, Any]
    window: float | None
    renamed: bool
    touched: int | None
    rows: int | None
    named: bool
    moved: bool
    door: bool
    names: list[str] = field(default_factory=list)


def written(source: Source, files: dict[str, bytes], place: Path) -> Path:
    """Writes them; what a user would give."""
    for name, data in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    alone = next(iter(source.files))
    if source.enter:
        return place / source.enter
    return place / alone if len(source.files) == 1 and "/" not in alone and len(files) == 1 else place


@functools.cache
def whole_source(form: str, variant: int) -> Source:
    return FORMS[form](random.Random(f"{form} {variant}"))


@functools.cache
def whole_lines(data: bytes) -> tuple[list[str], list[str], collections.Counter[str]]:
    """Of a whole file, with how often each form of line is there."""
    lines, forms = _lines(data)
    return lines, forms, collections.Counter(forms)


def make(number: int, seed: int, folder: Path) -> Asked:
    """One damaged input beside its whole one."""
    rng = random.Random(f"{seed} {number}")
    form = list(FORMS)[number % len(FORMS)]
    variant = rng.randrange(VARIANTS)
    source = whole_source(form, variant)
    original = folder / "whole" / f"{form.replace('/', ' ')} {variant}" / "data"
    whole = written(source, dict(source.files), original)
    files = dict(source.files)
    texts = not any(name.endswith(_BINARY) for name in files)
    done = damaged(files, rng, texts)
    place = folder / str(number) / "data"
    place.mkdir(parents=True)
    path = written(source, files, place)
    touched, rows, named = (None, None, True) if not texts else reach(source.files, files)
    kept = {part for name in {*files, *source.files} for part in (*name.split("/"), name.rpartition("/")[2][:40])}
    return Asked(
        number, form, done.kinds, str(path), str(whole), dict(source.said), source.window,
        done.renamed, touched, rows, named,
        set(files.values()) <= set(source.files.values()), number % 5 == 0,
        sorted({*kept, path.name, "the longest is"}),
    )  # fmt: skip


def reach(before: Any, after: Any) -> tuple[int, int | None, bool]:
    """How many lines a fault touched; how many rows came or went, where every one is whole; whether names are."""
    touched, rows, whole, named = 0, 0, True, True
    for name in set(before) & set(after):
        if before[name] == after[name]:
            continue
        (a, forms, usual), (b, damaged_forms) = whole_lines(before[name]), _lines(after[name])
        head = next((i for i, form in enumerate(forms) if usual[form] >= USUAL), 1)
        named = named and _cells(a[:head]) == _cells(b[:head])
        for kind, i, j, k, n in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if kind != "equal":
                touched += max(j - i, n - k)
                rows += (n - k) - (j - i)
                whole = whole and all(form in usual for form in damaged_forms[max(k, head) : n])
    return touched, rows if whole else None, named


def _cells(head: list[str]) -> list[list[str]]:
    """Of the lines of names, in any order: which cell says what is the names' to say."""
    return [sorted(re.split(r"[,;\t|]", line)) for line in head]


def _lines(data: bytes) -> tuple[list[str], list[str]]:
    """The lines that hold anything, and what each is like: w for a word, 0 for a number or all of a series.

    A line of nothing but the sign that ends a record holds nothing.
    """
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and 0 in data[:2]:
        encoding = "utf-32" if data[:4].count(0) == 3 else "utf-16-be" if data[0] == 0 else "utf-16-le"
    lines = [line for line in re.split(r"\r\n|\r|\n", data.decode(encoding, errors="replace")) if line.strip(" \t;")]
    separator = max(",;\t|", key=lambda one: sum(one in line for line in lines) - (one == ",") / 2)
    cells = ([_WORD.sub("w", _NUMBER.sub("0", cell)) for cell in line.split(separator)] for line in lines)
    return lines, [re.sub(r"0(?:,0){9,}", "0", ",".join(row)) for row in cells]


def answers(asked: list[Asked], cache: Path) -> Iterator[tuple[str, str, float]]:
    """How each was answered; a child that dies or hangs is an answer too, and another goes on."""
    left = list(asked)
    own = {
        "STRIDENET_CACHE": str(cache),
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    while left:
        with tempfile.TemporaryFile("w+") as noise:
            child = subprocess.Popen(
                [sys.executable, str(Path(__file__).parent / "fuzzing" / "child.py")],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise, text=True, env=os.environ | own,
            )  # fmt: skip
            given = "".join(json.dumps(asdict(one)) + "\n" for one in left)
            try:
                out, _ = child.communicate(given, timeout=WALL_S + 5 * len(left))
                why = "HANG" if child.returncode == -27 else "ABORT"  # SIGPROF: its seconds of CPU are spent
            except subprocess.TimeoutExpired:
                child.kill()
                out, _ = child.communicate()
                why = "HANG"
            noise.seek(0)
            said = noise.read()
        lines = out.splitlines()
        for line in lines:
            yield tuple(json.loads(line))
        if len(lines) == len(left):
            if said:
                print(f"on standard error: {said[:500]}", flush=True)
            return
        yield why, f"status {child.returncode}; {said[-1500:]}", 0.0
        left = left[len(lines) + 1 :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--only", type=int, default=None, help="this input alone")
    parser.add_argument("--keep", type=Path, default=None, help="where inputs are kept")
    parser.add_argument("--show", default="", help="verdicts to be shown as well, by commas")
    parser.add_argument("--write", action="store_true", help=f"writes {RESULT.name}")
    given = parser.parse_args()
    numbers = [given.only] if given.only is not None else range(given.first, given.first + given.inputs)
    counts: dict[str, collections.Counter[str]] = {form: collections.Counter() for form in FORMS}
    longest, begin = 0.0, time.monotonic()
    for first in range(0, len(numbers), BATCH):
        with tempfile.TemporaryDirectory() as temporary:
            folder = given.keep or Path(temporary)
            asked = [make(number, given.seed, folder) for number in numbers[first : first + BATCH]]
            for one, (found, words, seconds) in zip(asked, answers(asked, folder / "cache"), strict=True):
                counts[one.form][found] += 1
                longest = max(longest, seconds)
                if found not in RIGHT or found in given.show.split(","):
                    print(f"{one.number} ({one.form}; {', '.join(one.kinds)}): {found}: {words}", flush=True)
            told = summary(counts, given.seed, longest)
            if given.write:
                RESULT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
            print(f"{told['inputs']} inputs: {told['verdicts']}; {time.monotonic() - begin:.0f} s", flush=True)
    return int(told["wrong"] > 0)


def summary(counts: dict[str, collections.Counter[str]], seed: int, longest: float) -> dict[str, Any]:
    total = sum(counts.values(), collections.Counter[str]())
    return {
        "inputs": total.total(),
        "seed": seed,
        "wrong": sum(total[kind] for kind in total if kind not in RIGHT),
        "longest_cpu_s": longest,
        "verdicts": {kind: total[kind] for kind in (*RIGHT, *WRONG)},
        "forms": {form: dict(sorted(count.items())) for form, count in counts.items()},
        "versions": {name: version(name) for name in ("stridenet", "numpy", "polars", "fastexcel")},
        "machine": {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()},
    }


if __name__ == "__main__":
    sys.exit(main())
