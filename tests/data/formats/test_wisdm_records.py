"""WISDM's text: every fault is counted, none is fatal, and nothing disappears."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stridenet.data.formats.wisdm_records import KEPT, LEFT_OUT, NOTED, Faults, Records, parse_wisdm

ACTIVITIES = {"walking": "walking", "jogging": "jogging"}
MS = 1_000_000


def parse(text: str | bytes, *, with_time: bool | None = True) -> tuple[Records, Faults]:
    return parse_wisdm(text if isinstance(text, bytes) else text.encode(), ACTIVITIES, with_time=with_time)


def record(tick: int, *, user: int = 1, activity: str = "Walking") -> str:
    return f"{user},{activity},{(tick + 1) * 50 * MS},{tick},0.5,-1e-1;"


def test_a_clean_file_has_no_faults() -> None:
    records, faults = parse("33,Jogging,49105962326000,-0.6946377,12.680544,0.50395286;\n33,Walking,5,1,2,3;\n")
    assert faults == Faults(2)
    assert str(faults) == "2 records."
    assert records.line.tolist() == [1, 2]
    assert records.user.tolist() == [33, 33]
    assert records.activity.tolist() == [1, 0]
    assert records.time_ns is not None
    assert records.time_ns.tolist() == [49105962326000, 5]
    np.testing.assert_array_equal(records.xyz, np.array([[-0.6946377, 12.680544, 0.50395286], [1, 2, 3]], np.float32))
    assert records.starts.tolist() == [0, 1]


GOOD = "1,Walking,50000000,1,2,3;"
ONE_FAULT = {
    "missing z": (f"{GOOD}\n1,Walking,60000000,1,2;\n", "missing_field", 1, 1),
    "missing z with its comma": (f"{GOOD}\n1,Walking,60000000,1,2,;\n", "missing_field", 1, 1),
    "missing y": (f"{GOOD}\n1,Walking,60000000,1,,3;\n", "missing_field", 1, 1),
    "missing user": (f"{GOOD}\n,Walking,60000000,1,2,3;\n", "missing_field", 1, 1),
    "cut off": (f"{GOOD}\n1,Wal", "missing_field", 1, 1),
    "a field too many": (f"{GOOD}\n1,Walking,60000000,1,2,3,4;\n", "extra_field", 1, 1),
    "run together without a semicolon": (f"{GOOD}\n{GOOD[:-1]}{GOOD}\n", "extra_field", 1, 1),
    "a word for a number": (f"{GOOD}\n1,Walking,60000000,1,two,3;\n", "bad_number", 1, 1),
    "two points": (f"{GOOD}\n1,Walking,60000000,1,2.5.6,3;\n", "bad_number", 1, 1),
    "NaN": (f"{GOOD}\n1,Walking,60000000,1,NaN,3;\n", "bad_number", 1, 1),
    "no user's number": (f"{GOOD}\nme,Walking,60000000,1,2,3;\n", "bad_number", 1, 1),
    "not text": (GOOD.encode() + b"\n1,Walking,60000000,1,\xff\x00,3;\n", "bad_number", 1, 1),
    "another activity": (f"{GOOD}\n1,Swimming,60000000,1,2,3;\n", "unknown_activity", 1, 1),
    "zero time": (f"{GOOD}\n1,Walking,0,1,2,3;\n", "zero_time", 1, 1),
    "two on a line": (f"{GOOD}{record(2)}\n", "several_on_a_line", 1, 2),
    "comma before the semicolon": (f"{GOOD}\n{record(2)[:-1]},;\n", "trailing_comma", 1, 2),
    "comma after the semicolon": (f"{GOOD}\n{record(2)},\n", "trailing_comma", 1, 2),
    "comma before the next": (f"{GOOD}\n,{record(2)}\n", "trailing_comma", 1, 2),
    "no semicolon": (f"{GOOD}\n{record(2)[:-1]}\n", "no_semicolon", 1, 2),
    "empty lines": (f"\n{GOOD}\n\n  \r\n{record(2)}\n", "empty_line", 3, 2),
    "a semicolon alone": (f"{GOOD}\n;\n{record(2)};\n", "", 0, 2),
    "repeated time": (f"{GOOD}\n{GOOD}\n", "repeated_time", 1, 2),
    "time back": (f"{record(5)}\n{GOOD}\n", "time_back", 1, 2),
    "commas and a semicolon": (f"{GOOD}\n,;\n{record(2)}\n", "trailing_comma", 1, 2),
    "gap": (f"{GOOD}\n{record(99)}\n", "gap", 1, 2),
    "spaces, capitals, CRLF": ("1, WALKING , 5, 1, 2, 3 ;\r\n1,walking,6,1,2,3;\r\n", "", 0, 2),
}


@pytest.mark.parametrize(("text", "kind", "count", "n_kept"), ONE_FAULT.values(), ids=ONE_FAULT.keys())
def test_each_fault_is_counted_by_kind(text: str | bytes, kind: str, count: int, n_kept: int) -> None:
    records, faults = parse(text)
    assert faults.counts == ({kind: count} if kind else {})
    assert len(records.line) == n_kept
    assert faults.n_records == n_kept + faults.n_left_out
    if kind:
        assert {**LEFT_OUT, **KEPT, **NOTED}[kind] in str(faults)


def test_all_faults_in_one_file_with_the_line_of_the_first() -> None:
    lines = [
        record(0),
        record(1) + record(2),
        record(3)[:-1] + ",;",
        "",
        "1,Walking,0,9,9,9;",
        "1,Walking,250000000,9,9,;",
        record(5),
        record(5),
        record(40),
        record(39),
        record(39, activity="Jogging"),
        record(39, user=2, activity="Jogging"),
        "2,Swimming,1,9,9,9;" + record(40, user=2, activity="Jogging"),
    ]
    records, faults = parse("\n".join(lines) + "\n")
    assert records.xyz[:, 0].tolist() == [0, 1, 2, 3, 5, 5, 40, 39, 39, 39, 40]
    assert records.line.tolist() == [1, 2, 2, 3, 7, 8, 9, 10, 11, 12, 13]
    assert records.starts.tolist() == [0, 6, 7, 8, 9]
    assert faults.first == {
        "missing_field": "line 6",
        "unknown_activity": "line 13",
        "zero_time": "line 5",
        "several_on_a_line": "line 2",
        "trailing_comma": "line 3",
        "repeated_time": "line 8",
        "empty_line": "line 4",
        "time_back": "line 10",
        "gap": "line 9",
    }
    assert faults.counts == dict.fromkeys(faults.first, 1) | {"several_on_a_line": 2}
    assert (faults.n_records, faults.n_left_out) == (14, 3)
    assert str(faults).startswith("14 records. Left out: 1 records with a field missing, first in line 6; ")


def test_a_clock_that_skips_or_stutters_does_not_end_a_recording() -> None:
    steps = [50, 100, 50, 110, 0, 990, 1000, 1]
    text = "".join(f"1,Walking,{t * MS},1,2,3;\n" for t in np.cumsum([1000, *steps]))
    assert parse(text)[0].starts.tolist() == [0]


def test_without_times_a_record_left_out_ends_the_recording() -> None:
    text = "1600,walking,1,2,3;\n1600,walking,1,2,3;\n1600,walking,1,,3;\n1600,walking,4,5,6;\n"
    records, faults = parse(text, with_time=None)
    assert records.time_ns is None
    assert records.starts.tolist() == [0, 2]
    assert faults.counts == {"missing_field": 1}


def test_whether_there_are_times_is_what_most_records_say() -> None:
    assert parse("1,Walking,1,2,3;\n1,Walking,2,3;\n", with_time=None)[0].time_ns is None
    assert parse("1,Walking,7,1,2,3;\n1,Walking,7,1,2,3;\n1,Walking,1,2,3;\n", with_time=None)[1].n_left_out == 1


@pytest.mark.parametrize("text", ["", "\n", ";;\n,,\n", "rubbish", b"\x00\xff" * 50])
def test_nothing_good_gives_no_records(text: str | bytes) -> None:
    records, faults = parse(text)
    assert len(records.line) == len(records.starts) == 0
    assert faults.n_records == faults.n_left_out


def test_faults_of_several_files_add_up() -> None:
    one = Faults(3, {"gap": 1}, {"gap": "a, line 3"})
    two = Faults(4, {"gap": 2, "zero_time": 1}, {"gap": "b, line 1", "zero_time": "b, line 2"})
    assert one + two == Faults(7, {"gap": 3, "zero_time": 1}, {"gap": "a, line 3", "zero_time": "b, line 2"})


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([",", ";", "\n", "1", "Walking", "0", "2.5", " ", record(0), record(3), "-"]), max_size=40)
)
def test_whatever_comes_all_records_are_kept_or_counted(pieces: list[str]) -> None:
    text = "".join(pieces)
    records, faults = parse(text)
    written = [piece for line in text.split("\n") for piece in line.split(";") if piece.replace(" ", "").strip(",")]
    assert faults.n_records == len(written) == len(records.line) + faults.n_left_out
    assert set(faults.counts) == set(faults.first) <= {*LEFT_OUT, *KEPT, *NOTED}
    assert np.isfinite(records.xyz).all()
    assert (np.diff(records.line) >= 0).all()


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(["1,Walking,0,9,9,9;", "1,Walking,9;", ",", "x", "", "1,Dancing,5,9,9,9;"]), max_size=30)
)
def test_faults_never_touch_good_records(faulty: list[str]) -> None:
    good = [record(i) for i in range(len(faulty) + 1)]
    mixed = [line for pair in zip(good, faulty, strict=False) for line in pair] + [good[-1]]
    records, _ = parse("\n".join(mixed))
    assert records.xyz[:, 0].tolist() == list(range(len(good)))
    assert records.starts.tolist() == [0]
