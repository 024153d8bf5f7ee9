"""Reads damaged inputs beside their whole ones, and says how they were answered; run by fuzz_readers.py."""

import hashlib
import json
import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import stridenet
from stridenet.data.load import load_with_recordings
from stridenet.errors import StridenetError

SLOW_S = 20
MEMORY = 6 << 30
LONGEST = 900


@dataclass(frozen=True)
class Facts:
    """What was read, in what can be compared.

    Args:
        digest: of all windows, their labels, people and places.
        signals: bytes of each recording.
        frame: channels, units and rate: what a value is.
        people: all.
        classes: all that have a sample.
        rows: samples, in all.
        counts: samples of each person and activity.
        told: notes, doubts, and what was passed over, as sentences.
        shown: roles and units of columns, files, and where people and labels come from.
    """

    digest: str
    signals: tuple[np.ndarray, ...]
    frame: tuple[Any, ...]
    people: frozenset[str]
    classes: frozenset[str]
    rows: int
    counts: Counter[tuple[str, str]]
    told: frozenset[str]
    shown: str


def facts(path: Path, said: dict[str, Any], window: float | None) -> Facts:
    notes: list[str] = []
    sizes: dict[str, Any] = {} if window is None else {"length_s": window}
    loaded = load_with_recordings(str(path), note=notes.append, **sizes, **said)
    windows, recordings = loaded.windows, loaded.recordings
    x = np.ascontiguousarray(np.asarray(windows.x))
    whole = hashlib.sha256(x.tobytes() + windows.y.tobytes())
    whole.update(
        json.dumps([windows.group.tolist(), windows.start.tolist(), windows.recordings, windows.classes]).encode()
    )
    counts: Counter[tuple[str, str]] = Counter()
    if recordings is None:
        signals = tuple(x)
        counts.update((str(who), windows.classes[y]) for who, y in zip(windows.group, windows.y, strict=True))
    else:
        signals = tuple(np.asarray(recording.data) for recording in recordings)
        for recording in recordings:
            for label, n in zip(*np.unique(recording.labels, return_counts=True), strict=True):
                counts[recording.group, recording.classes[label] if label >= 0 else ""] += int(n)
            whole.update(recording.data.tobytes() + np.asarray(recording.labels).tobytes())
    plain = dict(windows.reading.description)
    shown = {
        key: plain.get(key) for key in ("columns", "people", "labels", "n_files", "forms", "passed", "doubts", "clocks")
    }
    told = {line.replace(str(path), "PATH") for line in (*notes, *windows.reading.told, *windows.reading.doubts)}
    return Facts(
        digest=whole.hexdigest(),
        signals=signals,
        frame=(windows.channels, windows.units, windows.rate_hz, windows.test_groups),
        people=frozenset(who for who, _ in counts),
        classes=frozenset(label for _, label in counts if label),
        rows=sum(len(signal) for signal in signals),
        counts=counts,
        told=frozenset(told),
        shown=json.dumps(shown, sort_keys=True, default=str),
    )


def verdict(now: Facts, whole: Facts, asked: dict[str, Any]) -> tuple[str, str]:
    """How an accepted input compares with the undamaged one, and what differs."""
    if now.digest == whole.digest and now.frame == whole.frame:
        return "the same", ""
    different = _different(now, whole)
    changed = _rows_changed(now, whole)
    news = sorted(now.told - whole.told)
    words = f"{different}; {changed} rows; told: {' | '.join(line[:160] for line in news)}"
    if news:
        return "told", words
    if asked["renamed"] and now.shown != whole.shown:
        return "shown", words  # names of files say something else, and files are counted and listed
    if _alike(now, whole, asked["touched"]) and changed <= 3 * (asked["touched"] or changed) + 8:
        return "values", words
    if asked["moved"] and now.rows == whole.rows:
        return "as it says", words
    alike = asked["named"] or (now.frame, now.people, now.classes) == (whole.frame, whole.people, whole.classes)
    if asked["rows"] is not None and alike and (asked["renamed"] or _came(now, whole, asked["rows"])):
        return "as it says", words
    if now.shown != whole.shown and now.people == whole.people and now.classes == whole.classes:
        return "shown", f"{words}; {_shown(now, whole)}"
    return "SILENT", words


def _alike(now: Facts, whole: Facts, touched: int | None) -> bool:
    """The same channels and people, no new class, and labels that differ in no more samples than were touched."""
    labels = sum(((now.counts - whole.counts) + (whole.counts - now.counts)).values()) // 2
    same = (now.frame, now.people, now.rows) == (whole.frame, whole.people, whole.rows)
    return same and now.classes <= whole.classes and labels <= (touched or 0)


def _came(now: Facts, whole: Facts, rows: int) -> bool:
    """Whether as many samples or series came as lines; those of labels bring none."""
    return rows in (now.rows - whole.rows, len(now.signals) - len(whole.signals)) or now.rows == whole.rows


def _different(now: Facts, whole: Facts) -> str:
    """All of the structure that differs; empty where only values do."""
    found = []
    for what in ("frame", "people", "classes", "rows", "counts"):
        a, b = getattr(whole, what), getattr(now, what)
        if a != b:
            found.append(f"{what} {_short(a)} -> {_short(b)}")
    return ", ".join(found)


def _short(value: object) -> str:
    text = str(dict(value) if isinstance(value, Counter) else set(value) if isinstance(value, frozenset) else value)
    return text if len(text) < 300 else f"{text[:300]}..."


def _shown(now: Facts, whole: Facts) -> str:
    a, b = json.loads(whole.shown), json.loads(now.shown)
    return "; ".join(f"{key}: {_part(a[key], b[key])}" for key in a if a[key] != b[key])[:700]


def _part(a: object, b: object) -> str:
    if isinstance(a, list) and isinstance(b, list):
        return f"{[one for one in a if one not in b]} -> {[one for one in b if one not in a]}"
    return f"{a} -> {b}"


def _rows_changed(now: Facts, whole: Facts) -> int:
    """Samples whose values are not those of the whole input; all where they cannot be laid beside each other."""
    if [s.shape for s in now.signals] != [s.shape for s in whole.signals]:
        return now.rows
    return sum(int((a != b).any(axis=-1).sum()) for a, b in zip(now.signals, whole.signals, strict=True))


def answer(asked: dict[str, Any], wholes: dict[str, Facts]) -> tuple[str, str]:
    path, said, window = Path(asked["path"]), asked["said"], asked["window"]
    try:
        now = facts(path, said, window)
        found = verdict(now, wholes[asked["whole"]], asked)
        if asked["door"] and window is not None:
            stridenet.read(str(path), **said)
        return found
    except StridenetError as error:
        words = str(error)
        one = "\n" not in words and "\r" not in words and len(words) < LONGEST and words.endswith((".", "?"))
        names = asked["names"]
        named = any(name in words for name in names) or any(one in words for one in ("file '", "several sensors"))
        return ("refused" if one and named else "BAD SENTENCE" if not one else "NAMES NO FILE"), words
    except BaseException:
        return "TRACEBACK", traceback.format_exc()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")  # a user would see it
    wholes: dict[str, Facts] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, SLOW_S)  # seconds of CPU; ends the process, wherever it is
        begin = time.process_time()
        if asked["whole"] not in wholes:
            wholes[asked["whole"]] = facts(Path(asked["whole"]), asked["said"], asked["window"])
        found, words = answer(asked, wholes)
        print(json.dumps([found, words, round(time.process_time() - begin, 3)]), flush=True)


if __name__ == "__main__":
    main()
