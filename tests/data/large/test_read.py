"""Sources read in parts: the same recordings and the same description as read whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from stridenet.data.large import read as large
from stridenet.data.large import stretches
from stridenet.data.large.read import read_in_parts
from stridenet.data.large.tables import NotInPartsError
from stridenet.data.understand.read import Own, read_own
from stridenet.errors import DataError
from stridenet.signals import long_clock
from stridenet.spec import ReadSpec

_SIZE = 25_000  # bytes of a part; each table has tens of them
_LABELS = ("walk", "sit", "", "none", "stand")


@dataclass(frozen=True)
class Kind:
    """How a table is made."""

    people: int = 3
    rows: int = 2500
    uneven: bool = False
    gaps: bool = True
    late: bool = False
    repeated: bool = False
    lost: bool = False
    holes: bool = False
    newest_first: bool = False
    interleaved: bool = False
    separator: str = ","
    comma: bool = False
    dated: bool = False
    labels: Sequence[str] = _LABELS
    timed: bool = True
    session: bool = False


def _times(kind: Kind, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    n = kind.rows
    time = np.cumsum(rng.gamma(25, 0.02 / 25, n)) if kind.uneven else np.arange(n) / 50
    if kind.gaps:
        time[n // 3 :] += 4
        time[n // 2 :] -= 30
    if kind.late:
        time[rng.choice(n - 10, 15, replace=False)] -= 0.07
    if kind.repeated:
        some = rng.choice(np.arange(20, n - 20), 10, replace=False)
        time[some] = time[some - 1]
    if kind.lost:
        time += np.cumsum(rng.random(n) < 0.01) * 0.02
    return time[::-1] if kind.newest_first else time


def _table(kind: Kind, seed: int = 0) -> str:
    rng = np.random.default_rng(seed)
    header = [*(["time"] if kind.timed else []), "ax", "ay", "az", "count", "fixed", "activity", "subject"]
    header += ["trial"] if kind.session else []
    lines: list[tuple[float, str]] = []
    for person in range(kind.people):
        for i, t in enumerate(_times(kind, rng).tolist()):
            clock = str(np.datetime64("2024-03-01T23:50:00", "ms") + int(t * 1000)) if kind.dated else f"{t:.4f}"
            values = [f"{v:.5f}" for v in rng.normal(size=3)]
            if kind.holes and 100 < i % 1000 < 104:
                values[1] = ""
            cells = [*([clock] if kind.timed else []), *values, str(i), "1.5"]
            if kind.comma:
                cells = [cell.replace(".", ",") for cell in cells]
            cells += [kind.labels[(i // 300) % len(kind.labels)], f"P{person + 1}"]
            cells += [str(i // 2000)] if kind.session else []
            place = i + person / 9 if kind.interleaved else person * kind.rows + i
            lines.append((place, kind.separator.join(cells)))
    return "\n".join([kind.separator.join(header), *(line for _, line in sorted(lines))]) + "\n"


KINDS = {
    "people after each other": Kind(),
    "people interleaved": Kind(interleaved=True),
    "one person": Kind(people=1, rows=6000),
    "uneven": Kind(uneven=True),
    "uneven, one person": Kind(people=1, rows=6000, uneven=True, gaps=False),
    "late stamps": Kind(late=True),
    "late stamps, uneven": Kind(late=True, uneven=True, people=2),
    "repeated stamps": Kind(repeated=True),
    "repeated stamps, uneven": Kind(repeated=True, uneven=True),
    "lost samples": Kind(lost=True),
    "decimal commas": Kind(separator=";", comma=True),
    "tabs and dates": Kind(separator="\t", dated=True),
    "no labels": Kind(labels=("",)),
    "numbers as labels": Kind(labels=("1", "2", "10", "")),
    "sessions": Kind(session=True, gaps=False),
    "newest first": Kind(newest_first=True, gaps=False),
}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of which each recording has several."""
    monkeypatch.setattr(stretches, "ROWS", 700)
    monkeypatch.setattr(long_clock, "AT_ONCE", 900)


def _both(path: Path, folder: Path, said: ReadSpec | None = None) -> tuple[Own, Own]:
    whole = read_own(path, said)
    assert isinstance(whole, Own)
    folder.mkdir()
    return whole, read_in_parts(path, said or ReadSpec(), folder, size=_SIZE)


def _check_same(whole: Own, parts: Own) -> None:
    assert len(parts.recordings) == len(whole.recordings)
    for one, other in zip(whole.recordings, parts.recordings, strict=True):
        for name in ("name", "group", "channels", "units", "rate_hz", "classes"):
            assert getattr(other, name) == getattr(one, name), name
        assert other.data.dtype == one.data.dtype
        np.testing.assert_array_equal(other.data, one.data)
        np.testing.assert_array_equal(other.labels, one.labels)
    assert parts.description.plain() == whole.description.plain()
    assert parts.test_groups == whole.test_groups


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_is_read_whole(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text(_table(KINDS[kind]))
    _check_same(*_both(path, tmp_path / "rows"))


SAID: dict[str, tuple[Kind, dict[str, Any]]] = {
    "even": (Kind(), {"even": 40}),
    "even, much slower": (Kind(), {"even": 20}),
    "even, faster": (Kind(uneven=True), {"even": 100}),
    "a rate and no time": (Kind(timed=False, gaps=False), {"rate_hz": 50}),
    "even without a time": (Kind(timed=False, gaps=False), {"rate_hz": 50, "even": 25}),
    "holes filled": (Kind(holes=True), {"fill_gaps": 0.2}),
    "holes cut out": (Kind(holes=True), {"fill_gaps": 0.03}),
    "holes, uneven": (Kind(holes=True, uneven=True), {"fill_gaps": 0.2}),
    "channels in another order": (Kind(), {"channels": ["az", "ax"]}),
    "derived": (Kind(), {"derive": ["magnitude"]}),
    "a shorter gap": (Kind(lost=True), {"gap": 0.03}),
    "units": (Kind(), {"unit": {"acc": "g"}}),
}


@pytest.mark.parametrize("name", SAID)
def test_it_is_what_is_read_whole_as_the_user_says(name: str, tmp_path: Path) -> None:
    kind, said = SAID[name]
    path = tmp_path / "big.csv"
    path.write_text(_table(kind))
    _check_same(*_both(path, tmp_path / "rows", ReadSpec(**said)))


def test_a_folder_is_what_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    for seed, name in enumerate(("anna_walk_1.csv", "anna_sit_1.csv", "ben_walk_1.csv", "ben_sit_1.csv")):
        (folder / name).parent.mkdir(exist_ok=True)
        rows = _table(Kind(people=1, rows=1500, gaps=False), seed).splitlines()
        (folder / name).write_text("\n".join(row.rsplit(",", 2)[0] for row in rows) + "\n")
    (folder / "notes.txt").write_text("worn on the left wrist\n")
    (folder / "late_walk_1.csv").write_text("time,ax,ay,az,count,fixed\n")
    _check_same(*_both(folder, tmp_path / "rows"))


def _with_column(table: str, name: str, cells: Sequence[str]) -> str:
    first, *rows = table.splitlines()
    return "\n".join([f"{first},{name}", *(f"{row},{cell}" for row, cell in zip(rows, cells, strict=True))]) + "\n"


def _codes(kind: Kind) -> list[str]:
    """A code of each row's label."""
    return [str(20 + (i // 300) % len(kind.labels)) for _ in range(kind.people) for i in range(kind.rows)]


def test_a_code_of_the_label_is_refused(tmp_path: Path) -> None:
    kind = Kind(labels=("walk", "sit", "stand"))
    path = tmp_path / "big.csv"
    path.write_text(_with_column(_table(kind), "extra", _codes(kind)))
    with pytest.raises(DataError, match=r"'extra'.* may tell the answer"):
        _both(path, tmp_path / "rows")


@pytest.mark.parametrize("row", [4000, 7400])
def test_a_column_is_no_code_for_one_row_that_says_so(
    row: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "_SAMPLE", 2000)
    kind = Kind(labels=("walk", "sit", "stand"), gaps=False)
    cells = _codes(kind)
    cells[row] = "99.5"
    path = tmp_path / "big.csv"
    path.write_text(_with_column(_table(kind), "extra", cells))
    whole = read_own(path, None)
    (tmp_path / "rows").mkdir()
    parts = read_in_parts(path, ReadSpec(), tmp_path / "rows", size=_SIZE)
    assert isinstance(whole, Own)
    assert [(c.name, c.role) for c in parts.description.columns] == [
        (c.name, c.role) for c in whole.description.columns
    ]


@pytest.mark.parametrize("row", [4000, 7400])
def test_a_column_that_changes_late_is_a_channel(row: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "_SAMPLE", 2000)
    kind = Kind()
    rng = np.random.default_rng(1)
    n = kind.people * kind.rows
    cells = ["1.5"] * row + [f"{v:.4f}" for v in rng.normal(size=n - row)]
    path = tmp_path / "big.csv"
    path.write_text(_with_column(_table(kind), "late", cells))
    whole, parts = _both(path, tmp_path / "rows")
    assert "late" in whole.recordings[0].channels
    assert parts.recordings[0].channels == whole.recordings[0].channels
    np.testing.assert_array_equal(parts.recordings[-1].data, whole.recordings[-1].data)


def test_a_word_among_numbers_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "_SAMPLE", 2000)
    path = tmp_path / "big.csv"
    rows = _table(Kind()).splitlines()
    cells = rows[7000].split(",")
    rows[7000] = ",".join([*cells[:2], "oops", *cells[3:]])
    path.write_text("\n".join(rows) + "\n")
    said = []
    ways: tuple[Callable[[], object], ...] = (
        lambda: read_own(path, None),
        lambda: read_in_parts(path, ReadSpec(), tmp_path, size=_SIZE),
    )
    for read in ways:
        with pytest.raises(DataError, match=r"line 7001.*'oops'") as error:
            read()
        said.append(str(error.value))
    assert said[0] == said[1]


def test_missing_values_are_refused_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text(_table(Kind(holes=True)))
    said = []
    ways: tuple[Callable[[], object], ...] = (
        lambda: read_own(path, None),
        lambda: read_in_parts(path, ReadSpec(), tmp_path, size=_SIZE),
    )
    for read in ways:
        with pytest.raises(DataError, match="values are missing") as error:
            read()
        said.append(str(error.value))
    assert said[0] == said[1]


def test_numbers_that_stand_for_no_value_are_refused_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "walks.csv"
    rows = [f"{i / 50:.2f},{i * 7 % 13 / 10},{-9999 if i > 6990 else i % 7 / 10}" for i in range(7000)]
    path.write_text("\n".join(["time,ax,ay", *rows]) + "\n")
    (tmp_path / "parts").mkdir()
    told = []
    ways: tuple[Callable[[], object], ...] = (lambda: read_own(path), lambda: _parts_of(path, tmp_path / "parts"))
    for read in ways:
        with pytest.raises(DataError, match=r"'ay': 9 of 7000 values are -9999 \(first in line 6993\)") as error:
            read()
        told.append(str(error.value))
    assert told[0] == told[1]


def test_what_can_only_be_read_whole_is_said(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    np.save(tmp_path / "lab" / "x.npy", np.zeros((10, 3)))
    with pytest.raises(NotInPartsError, match=r"x\.npy.* read whole; write it as CSV"):
        read_in_parts(tmp_path / "lab", ReadSpec(), tmp_path)


def test_how_far_it_is_is_told(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text(_table(replace(Kind(), people=1)))
    (tmp_path / "rows").mkdir()
    told: list[float] = []
    read_in_parts(path, ReadSpec(), tmp_path / "rows", size=_SIZE, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 3


def _parts_of(path: Path, folder: Path, **said: Any) -> Own:
    folder.mkdir(exist_ok=True)
    return read_in_parts(path, ReadSpec(**said), folder, size=_SIZE)


def test_a_time_of_day_without_a_date_cannot_be_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    rows = _table(Kind(people=1, gaps=False)).splitlines()
    clocks = [f"23:59:{i // 50 % 60:02d}.{i % 50 * 20:03d}," for i in range(len(rows) - 1)]
    path.write_text("\n".join([rows[0], *(c + row.split(",", 1)[1] for c, row in zip(clocks, rows[1:], strict=True))]))
    with pytest.raises(NotInPartsError, match="time of day without a date; cut the file"):
        _parts_of(path, tmp_path / "rows")


def test_sensors_of_one_moment_cannot_be_read_in_parts(tmp_path: Path) -> None:
    for name in ("Accelerometer", "Gyroscope"):
        (tmp_path / "lab").mkdir(exist_ok=True)
        rows = [f"{i / 50},{i * len(name) % 71},{i % 53},{i % 37}" for i in range(2000)]
        (tmp_path / "lab" / f"{name}.csv").write_text("\n".join(["time,x,y,z", *rows]) + "\n")
    with pytest.raises(NotInPartsError, match=r"sensors of one moment|other channels"):
        _parts_of(tmp_path / "lab", tmp_path / "rows")


def test_files_that_begin_alike_cannot_be_read_in_parts(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    for name in ("p0.csv", "p0 (1).csv"):
        (tmp_path / "lab" / name).write_text(_table(Kind(people=1)))
    with pytest.raises(NotInPartsError, match="begins as another one does; move one of them away"):
        _parts_of(tmp_path / "lab", tmp_path / "rows")


def test_too_long_to_be_filtered_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "ROWS", 50)
    path = tmp_path / "big.csv"
    path.write_text(_table(Kind(people=1, gaps=False)))
    with pytest.raises(NotInPartsError, match="too long to be filtered to 20 Hz at once; cut the file"):
        _parts_of(path, tmp_path / "rows", even=20)


def test_a_column_that_is_empty_at_first_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "_SAMPLE", 2000)
    path = tmp_path / "big.csv"
    kind = Kind(labels=("walk", "sit"))
    n = kind.people * kind.rows
    path.write_text(_with_column(_table(kind), "temperature", [""] * 3000 + [f"{i % 97}.5" for i in range(n - 3000)]))
    said = []
    ways: tuple[Callable[[], object], ...] = (
        lambda: read_own(path, None),
        lambda: _parts_of(path, tmp_path / "rows"),
    )
    for read in ways:
        with pytest.raises(DataError, match=r"'temperature': .* values are missing") as error:
            read()
        said.append(str(error.value))
    assert said[0] == said[1]
