"""Columns that are no sensors: by their names, by what they hold, and what is asked where they may tell the answer."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError

N = 120
RNG = np.random.default_rng(7)
CODE = [0] * 60 + [1] * 60
UNEVEN = np.cumsum(RNG.normal(0.1, 0.01, N)).round(4).tolist()
WANDERS = (48.1 + np.cumsum(RNG.normal(0, 1e-5, N))).round(7).tolist()
FALLS = [round(4.2 - i // 20 / 100, 2) for i in range(N)]
THREE = ("ax", "ay", "az")


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        *((name, CODE) for name in ("activity_id", "label_code", "Klasse", "Aktivität_Nr", "codigo", "étiquette")),
        *((name, UNEVEN) for name in ("seconds_elapsed", "Zeit2", "arrival", "horodatage", "sensor_clock", "when")),
        *((name, list(range(1, N + 1))) for name in ("id", "row", "Nr", "Unnamed: 0", "zeile", "paquete", "X")),
        *((name, [4 * i for i in range(N)]) for name in ("packet", "ticks_total")),
        *((name, WANDERS) for name in ("lat", "GPS_lon", "Breitengrad", "latitud", "position_lat")),
        *((name, FALLS) for name in ("battery", "Akku", "batería", "bat_volts", "supply")),
        *((name, [31] * N) for name in ("age", "Alter", "gain", "device_flag")),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_no_sensor_writes_is_left_out_and_named(
    lab: Any, table: Any, tells: Any, name: str, cells: Sequence[float], form: str
) -> None:
    lab.write(f"t.{form}", table(**{name: cells}))
    recordings = lab.read(f"t.{form}")
    assert recordings[0].channels == THREE
    assert name in tells(recordings)


@pytest.mark.parametrize("names", [("is_sit", "is_walk"), ("still", "moving"), ("c1", "c2"), ("estado_a", "estado_b")])
def test_one_column_for_each_label_is_asked_about_and_both_answers_work(
    lab: Any, table: Any, names: tuple[str, str]
) -> None:
    lab.write("t.csv", table(**{names[0]: CODE, names[1]: [1 - c for c in CODE]}))
    with pytest.raises(DataError, match=r"each has one value for each label") as refused:
        lab.read("t.csv")
    drop, keep = (
        tuple(re.search(rf"--{option} ([^ ]+?)(?: |\.$)", str(refused.value))[1].split(","))  # type: ignore[index]
        for option in ("drop", "channels")
    )
    assert lab.read("t.csv", drop=drop)[0].channels == THREE
    assert lab.read("t.csv", channels=keep)[0].channels == (*THREE, *names)


@pytest.mark.parametrize("name", ["label_sit", "activity_walk", "class_1"])
def test_a_column_named_after_the_label_is_its_code(lab: Any, table: Any, name: str) -> None:
    lab.write("t.csv", table(**{name: CODE}))
    assert lab.read("t.csv")[0].channels == THREE


@pytest.mark.parametrize("name", ["foo", "nummer_der_probe", "code2", "grp"])
def test_whole_numbers_that_last_are_asked_about_and_each_answer_works(
    lab: Any, table: Any, people: Any, name: str
) -> None:
    cells = [3] * 50 + [5] * 70
    lab.write("t.csv", table(activity=None, **{name: cells}))
    with pytest.raises(DataError, match=rf"--drop {name} or --session {name} or --person {name} or --label {name}"):
        lab.read("t.csv")
    assert lab.read("t.csv", drop=(name,))[0].channels == THREE
    assert len(lab.read("t.csv", session=name)) == 2
    assert people(lab.read("t.csv", person=name)) == ["3", "5"]
    assert lab.read("t.csv", label=name)[0].classes == ("3", "5")


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("height", (1.78, 1.65)),
        ("Gewicht", (71.5, 60.0)),
        ("bmi", (22, 24)),
        ("edad", (31, 44)),
        ("shoe", (42.5, 38.5)),
    ],
)
@pytest.mark.parametrize("one_file", [True, False])
def test_a_fact_of_each_person_is_no_signal(
    lab: Any, table: Any, name: str, of: tuple[float, float], one_file: bool
) -> None:
    tables = [table(i, person=[f"u{i}"] * N, **{name: [of[i]] * N}) for i in range(2)]
    if one_file:
        tables = [{key: [*tables[0][key], *tables[1][key]] for key in tables[0]}]
    for i, one in enumerate(tables):
        lab.write(f"rec{i}.csv", one)
    recordings = lab.read("rec0.csv" if one_file else "")
    assert len(recordings) == 2
    assert {one.channels for one in recordings} == {THREE}


@pytest.mark.parametrize("name", ["session", "Versuch", "sesion", "essai", "trial_no"])
def test_a_number_of_the_recording_cuts_and_is_no_channel(lab: Any, table: Any, name: str) -> None:
    lab.write("t.csv", table(**{name: [1] * 50 + [2] * 70}))
    recordings = lab.read("t.csv")
    assert [len(one.data) for one in recordings] == [50, 70]
    assert recordings[0].channels == THREE


@pytest.mark.parametrize("name", ["heart_rate", "temperature", "pulse_bpm"])
def test_a_slow_sensor_is_a_channel_although_its_numbers_last(lab: Any, table: Any, name: str) -> None:
    lab.write("t.csv", table(**{name: [70] * 55 + [72] * 65}))
    assert lab.read("t.csv")[0].channels == (*THREE, name)


def test_a_counter_of_each_person_is_found_where_their_rows_take_turns(lab: Any, table: Any) -> None:
    one, other = (table(i, user=[f"u{i}"] * N, count=list(range(N))) for i in range(2))
    lab.write("t.csv", {key: [cell for pair in zip(one[key], other[key], strict=True) for cell in pair] for key in one})
    assert {recording.channels for recording in lab.read("t.csv")} == {THREE}


@pytest.mark.parametrize(
    ("name", "values"),
    [("sensor", ("a1", "b2")), ("position", ("wrist", "ankle")), ("wearername", ("anna", "bob")), ("foo", (1, 2))],
)
def test_rows_that_take_turns_are_refused_and_both_answers_work(
    lab: Any, table: Any, people: Any, name: str, values: tuple[Any, Any]
) -> None:
    one, other = (table(i, **{name: [value] * N}) for i, value in enumerate(values))
    lab.write("t.csv", {key: [cell for pair in zip(one[key], other[key], strict=True) for cell in pair] for key in one})
    with pytest.raises(DataError, match=rf"take turns .* --session {name} or --person {name}"):
        lab.read("t.csv")
    assert [one.rate_hz for one in lab.read("t.csv", session=name)] == [10, 10]
    assert people(lab.read("t.csv", person=name)) == sorted(map(str, values))


@pytest.mark.parametrize("name", ["tBodyAcc-mean()-", "acc_std_", "energy_of_"])
def test_statistics_of_windows_are_no_samples(lab: Any, table: Any, name: str) -> None:
    rows = table()
    lab.write("t.csv", {f"{name}{axis}": rows[f"a{axis}"] for axis in "xyz"} | {"activity": rows["activity"]})
    with pytest.raises(DataError, match="each row is a finished window"):
        lab.read("t.csv")


def test_a_coordinate_of_text_or_an_empty_column_stops_nothing(lab: Any, table: Any, tells: Any) -> None:
    lab.write("t.csv", table(note=["", *["ok"] * (N - 1)], empty=[""] * N, fix=["13 / 22"] * N))
    recordings = lab.read("t.csv")
    assert recordings[0].channels == THREE
    assert all(name in tells(recordings) for name in ("note", "empty", "fix"))
