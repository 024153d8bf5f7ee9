"""Labels: by name or by their words, words for none, capitals, measurements, and files that say otherwise."""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import polars as pl
import pytest

import stridenet
from stridenet.errors import DataError

N = 120
HALVES = ["sit"] * 60 + ["walk"] * 60


@pytest.mark.parametrize(
    "name", ["labels", "Activity Label", "Aktivität", "Klasse", "actividad", "gt", "Übung", "mouvement", "y", "Target"]
)
@pytest.mark.parametrize("numbers", [False, True])
def test_a_label_is_known_by_its_name(lab: Any, table: Any, name: str, numbers: bool) -> None:
    lab.write("t.csv", table(activity=None, **{name: [0] * 60 + [1] * 60 if numbers else HALVES}))
    recordings = lab.read("t.csv")
    assert recordings[0].classes == (("0", "1") if numbers else ("sit", "walk"))
    assert recordings[0].channels == ("ax", "ay", "az")


@pytest.mark.parametrize("name", ["state", "foo", "Bewegungsart", "tarea", "what"])
@pytest.mark.parametrize("words", [("sit", "walk"), ("sitzen", "gehen"), ("sentado", "caminando")])
def test_words_for_what_people_do_are_the_label_as_a_guess(
    lab: Any, table: Any, tells: Any, name: str, words: tuple[str, str]
) -> None:
    lab.write("t.csv", table(activity=None, **{name: [words[0]] * 60 + [words[1]] * 60}))
    recordings = lab.read("t.csv")
    assert set(recordings[0].classes) == set(words)
    assert f"column {name!r} was taken for the label" in tells(recordings)


def test_words_in_a_column_do_not_stand_against_the_folders_names(lab: Any, table: Any) -> None:
    for i, folder in enumerate(("walk", "sit")):
        lab.write(f"{folder}/p1.csv", table(i, activity=None, phase=["down"] * 60 + ["up"] * 60))
    assert lab.read()[0].classes == ("sit", "walk")


def test_y_beside_x_and_z_is_an_axis(lab: Any, table: Any) -> None:
    one = table(activity=None)
    lab.write("t.csv", {"time": one["time"], "x": one["ax"], "y": one["ay"], "z": one["az"]})
    assert lab.read("t.csv")[0].channels == ("x", "y", "z")


def test_text_that_may_be_the_label_is_named_with_what_to_type(lab: Any, table: Any, tells: Any) -> None:
    lab.write("t.csv", table(activity=None, foo=["a"] * 60 + ["b"] * 60))
    assert "--label foo" in tells(lab.read("t.csv"))
    assert lab.read("t.csv", label="foo")[0].classes == ("a", "b")


@pytest.mark.parametrize(
    "word", ["null", "NaN", "None", "NA", "n/a", "-", "?", "", "#N/A", "<NA>", "unlabeled", "no label", "undefined"]
)
@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("form", ["csv", "parquet", "frame"])
def test_words_for_none_are_no_class_in_any_column_and_format(
    lab: Any, table: Any, word: str, numbers: bool, form: str
) -> None:
    one, other = ("1", "2") if numbers else ("sit", "walk")
    rows = table(activity=[one] * 40 + [word] * 40 + [other] * 40)
    if form == "frame":
        recordings = stridenet.read(pl.DataFrame(rows))
    else:
        lab.write(f"t.{form}", rows)
        recordings = lab.read(f"t.{form}")
    assert recordings[0].classes == (one, other)
    assert (recordings[0].labels < 0).sum() == 40


@pytest.mark.parametrize("cells", [[1.0, None, 2.0], ["sit", None, "walk"], [True, None, False]])
def test_nothing_in_a_frame_is_no_class(table: Any, cells: list[Any]) -> None:
    recordings = stridenet.read(pl.DataFrame(table(activity=[cell for cell in cells for _ in range(40)])))
    assert len(recordings[0].classes) == 2
    assert (recordings[0].labels < 0).sum() == 40


@pytest.mark.parametrize("other", ["Walk", "WALK", "walk ", " Walk"])
def test_capitals_and_blanks_are_said_and_merged_when_asked(lab: Any, table: Any, tells: Any, other: str) -> None:
    lab.write("t.csv", table(activity=["sit"] * 60 + ["walk"] * 30 + [other] * 30))
    recordings = lab.read("t.csv")
    if other.strip() != "walk":
        assert "--merge-labels" in tells(recordings)
        assert len(recordings[0].classes) == 3
    assert lab.read("t.csv", merge_labels=True)[0].classes == ("sit", "walk")


def test_whole_numbers_are_one_class_however_written(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(activity=["1"] * 30 + ["1.0"] * 30 + ["02"] * 30 + ["2"] * 30))
    assert lab.read("t.csv")[0].classes == ("1", "2")


def test_the_order_of_classes_is_the_same_in_every_process(lab: Any, table: Any) -> None:
    path = lab.write("t.csv", table(activity=["10"] * 30 + ["9"] * 30 + ["b"] * 30 + ["a"] * 30))
    program = f"import stridenet; print(stridenet.read({str(path)!r})[0].classes)"
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert told == {"('9', '10', 'a', 'b')\n"}


@pytest.mark.parametrize("kind", ["floats", "whole", "text"])
def test_a_measurement_is_no_label_and_the_answers_work(lab: Any, table: Any, kind: str) -> None:
    rng = np.random.default_rng(0)
    cells = {
        "floats": rng.normal(0, 1, N).round(4).tolist(),
        "whole": rng.permutation(N).tolist(),
        "text": [f"{value:.4f} N" for value in rng.normal(0, 1, N)],
    }[kind]
    lab.write("t.csv", table(activity=cells, other=HALVES))
    with pytest.raises(DataError, match=r"a measurement.*--label NAME.*--drop activity"):
        lab.read("t.csv")
    assert lab.read("t.csv", label="other")[0].classes == ("sit", "walk")
    assert lab.read("t.csv", drop=("activity",))[0].classes == ("sit", "walk")


def test_a_hundred_numbers_that_last_are_classes(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(n=2000, activity=[i // 20 for i in range(2000)]))
    assert len(lab.read("t.csv")[0].classes) == 100


@pytest.mark.parametrize(
    ("files", "pattern"),
    [
        ({"walk.csv": "run", "run.csv": "run"}, "{activity}.csv"),
        ({"gehen.csv": "laufen", "laufen.csv": "laufen"}, "{activity}.csv"),
        ({"walk/p1.csv": "sit", "sit/p2.csv": "sit"}, "{activity}/{person}.csv"),
    ],
)
def test_a_file_that_says_otherwise_than_its_name_is_refused(
    lab: Any, table: Any, files: dict[str, str], pattern: str
) -> None:
    for i, (name, label) in enumerate(files.items()):
        lab.write(name, table(i, activity=[label] * N))
    with pytest.raises(DataError, match=r"only one of the two can be; say which: --label activity"):
        lab.read()
    assert len(lab.read(label="activity")[0].classes) == 1
    assert len(lab.read(people_from=pattern)[0].classes) == 2


def test_a_code_inside_does_not_contradict_a_name(lab: Any, table: Any) -> None:
    lab.write("walk.csv", table(0, activity=[1] * N))
    lab.write("sit.csv", table(1, activity=[2] * N))
    assert lab.read()[0].classes == ("1", "2")


def test_two_columns_that_differ_are_asked_about_and_both_answers_work(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(label=["a"] * 40 + ["b"] * 80))
    with pytest.raises(DataError, match=r"--label activity or --label label"):
        lab.read("t.csv")
    assert lab.read("t.csv", label="label")[0].classes == ("a", "b")
    assert lab.read("t.csv", label="activity")[0].classes == ("sit", "walk")


def test_a_second_column_that_says_the_same_or_nothing_is_left_out(lab: Any, table: Any) -> None:
    lab.write("t.csv", table(label=["A"] * 60 + ["B"] * 60, target=["all"] * N))
    assert lab.read("t.csv")[0].classes == ("sit", "walk")


def test_a_label_of_minus_one_is_told(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.csv", table(0, activity=[(0, -1, 1)[i // 40] for i in range(120)]))
    recordings = lab.read()
    assert recordings[0].classes == ("-1", "0", "1")
    assert "label '-1' is a class of its own beside '0', '1'; empty its cells" in tells(recordings)
