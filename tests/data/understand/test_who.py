"""People: columns, names of files and folders, copies, ways of writing, and names that must not be trusted."""

from typing import Any

import polars as pl
import pytest

import stridenet
from stridenet.errors import DataError

N = 120


def written(lab: Any, table: Any, names: list[str], **more: Any) -> None:
    for i, name in enumerate(names):
        lab.write(name, table(i, **more))


@pytest.mark.parametrize(
    "name", ["user_id", "subjectId", "participant_no", "pid", "Proband", "Teilnehmer", "Sujeto", "ID_Person", "usuario"]
)
@pytest.mark.parametrize("values", [("1", "2"), ("S1", "S2"), ("anna", "bob")])
def test_a_column_names_people_whatever_the_files_are_called(
    lab: Any, table: Any, people: Any, name: str, values: tuple[str, str]
) -> None:
    for i in range(4):
        lab.write(f"rec{i}.csv", table(i, **{name: [values[i // 2]] * N}))
    recordings = lab.read()
    assert people(recordings) == list(values)
    assert recordings.description.people.grade == "certain"
    assert recordings[0].channels == ("ax", "ay", "az")


@pytest.mark.parametrize("name", ["id", "group", "Name"])
def test_a_name_that_may_be_something_else_is_a_guess(lab: Any, table: Any, people: Any, tells: Any, name: str) -> None:
    lab.write("t.csv", table(**{name: ["anna"] * 50 + ["bob"] * 70}))
    assert people(lab.read("t.csv")) == ["anna", "bob"]
    assert f"column {name!r} was taken for the person" in tells(lab.read("t.csv"))


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("1", "01", False), ("1", "1.0", False), ("P1", "p1", True), ("P1", "P01", True), ("S1", "s-1", True)],
)
def test_one_person_written_in_two_ways_is_one_and_said(
    lab: Any, table: Any, people: Any, tells: Any, one: str, other: str, number: bool
) -> None:
    for i, who in enumerate((one, other, "Q7")):
        lab.write(f"r{i}.csv", table(i, person=[who] * N))
    recordings = lab.read()
    assert len(people(recordings)) == 2
    if number:
        assert "taken for one person" in tells(recordings)
        assert len(people(lab.read(merge_people=False))) == 3


@pytest.mark.parametrize("word", ["", "NA", "null", "None", "NaN"])
def test_rows_of_nobody_are_refused_and_leaving_the_column_out_works(
    lab: Any, table: Any, people: Any, word: str
) -> None:
    lab.write("t.csv", table(person=["a"] * 60 + [word] * 60))
    with pytest.raises(DataError, match=r"60 of 120 rows name no person .*--drop person"):
        lab.read("t.csv")
    assert people(lab.read("t.csv", drop=("person",))) == ["t"]


@pytest.mark.parametrize(
    ("names", "wanted", "classes"),
    [
        (["anna/walk.csv", "anna/sit.csv", "bob/walk.csv", "bob/sit.csv"], ["anna", "bob"], ["sit", "walk"]),
        (["walk/anna.csv", "sit/anna.csv", "walk/bob.csv", "sit/bob.csv"], ["anna", "bob"], ["sit", "walk"]),
        (["walk/anna/1.csv", "sit/anna/1.csv", "walk/bob/1.csv", "sit/bob/1.csv"], ["anna", "bob"], ["sit", "walk"]),
        (["bob/gehen/a.csv", "bob/sitzen/a.csv", "eva/gehen/a.csv"], ["bob", "eva"], ["gehen", "sitzen"]),
        (["chodzenie/p1.csv", "siedzenie/p1.csv", "chodzenie/p2.csv"], ["p1", "p2"], ["chodzenie", "siedzenie"]),
        (["歩く/p1.csv", "座る/p1.csv", "歩く/p2.csv", "座る/p2.csv"], ["p1", "p2"], ["座る", "歩く"]),
        (["1_walk_1.csv", "1_sit_1.csv", "2_walk_1.csv", "2_sit_1.csv"], ["1", "2"], ["sit", "walk"]),
        (["walk-anna-1.csv", "sit-anna-1.csv", "walk-bob-1.csv", "sit-bob-1.csv"], ["anna", "bob"], ["sit", "walk"]),
        (["VP01_gehen.csv", "VP01_sitzen.csv", "VP02_gehen.csv"], ["VP01", "VP02"], ["gehen", "sitzen"]),
        (["S1walk.csv", "S1sit.csv", "S2walk.csv", "S2sit.csv"], ["S1", "S2"], ["sit", "walk"]),
        (["walkP01.csv", "sitP01.csv", "walkP02.csv"], ["P01", "P02"], ["sit", "walk"]),
        (["dws_1/sub_1.csv", "dws_2/sub_1.csv", "sit_5/sub_2.csv"], ["sub_1", "sub_2"], ["dws", "sit"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["csv", "parquet", "zip"])
def test_layouts_by_name(
    lab: Any, table: Any, people: Any, names: list[str], wanted: list[str], classes: list[str], form: str
) -> None:
    written(
        lab, table, [name.replace(".csv", ".parquet") if form == "parquet" else name for name in names], activity=None
    )
    recordings = stridenet.read(str(lab.zipped())) if form == "zip" else lab.read()
    assert people(recordings) == wanted
    assert list(recordings[0].classes) == classes
    assert recordings.description.people.grade == "likely"
    assert len(recordings) == len(names)


@pytest.mark.parametrize(
    ("sides", "deep"),
    [(("train", "test"), False), (("Training", "Testing"), True), (("entrenamiento", "prueba"), True)],
)  # fmt: skip
def test_train_and_test_are_sides_and_no_people(
    lab: Any, table: Any, people: Any, sides: tuple[str, str], deep: bool
) -> None:
    written(lab, table, [f"{side}/{who}/a.csv" if deep else f"{side}/{who}.csv" for side, who in
                         ((sides[0], "p1"), (sides[0], "p2"), (sides[1], "p3"))])  # fmt: skip
    recordings = lab.read()
    assert people(recordings) == ["p1", "p2", "p3"]
    assert recordings.test_groups == ("p3",)


def test_people_on_both_sides_make_no_sides(lab: Any, table: Any, people: Any, tells: Any) -> None:
    written(lab, table, ["train/p1.csv", "test/p1.csv", "train/p2.csv", "test/p2.csv"])
    recordings = lab.read()
    assert (people(recordings), recordings.test_groups) == (["p1", "p2"], ())
    assert "not taken for two sides" in tells(recordings)


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["trial1.csv", "trial2.csv", "trial3.csv"], "look like recordings"),
        (["Versuch1.csv", "Versuch2.csv", "Versuch3.csv"], "look like recordings"),
        (["Aufnahme 1.csv", "Aufnahme 2.csv"], "look like recordings"),
        (["sesión_1.csv", "sesión_2.csv"], "look like recordings"),
        (["2023-01-01.csv", "2023-01-02.csv"], "look like days"),
        (["Montag.csv", "Dienstag.csv", "Freitag.csv"], "look like days"),
        (["monday.csv", "tuesday.csv"], "look like days"),
        (["train.csv", "test.csv"], "look like sides"),
        (["acc.csv", "accelerometer.csv"], "look like sensors"),
    ],
)
def test_names_that_are_no_people_are_doubted_and_the_pattern_to_type_works(
    lab: Any, table: Any, names: list[str], what: str
) -> None:
    written(lab, table, names)
    recordings = lab.read()
    assert what in recordings.description.doubts[0]
    assert '--people-from "{person}.csv"' in recordings.description.doubts[0]
    assert not lab.read(people_from="{person}.csv").description.doubts


@pytest.mark.parametrize("labels", [("walk", "sit", "walk", "sit"), ("1", "2", "1", "2"), ("a", "b", "c", "d")])
def test_people_of_one_activity_each_are_doubted(lab: Any, table: Any, labels: tuple[str, ...]) -> None:
    for i, (name, label) in enumerate(zip(("anna", "bob", "eva", "max"), labels, strict=True)):
        lab.write(f"{name}.csv", table(i, activity=[label] * N))
    assert "one activity only" in lab.read().description.doubts[0]


@pytest.mark.parametrize("names", [["walk/2023-01-01.csv", "walk/2023-01-02.csv", "sit/2023-01-03.csv"],
                                   ["walk/rec1.csv", "walk/rec2.csv", "sit/rec3.csv"]])  # fmt: skip
def test_a_pattern_for_people_keeps_what_the_folders_say(lab: Any, table: Any, people: Any, names: list[str]) -> None:
    written(lab, table, names, activity=None)
    assert '--people-from "{activity}/{person}.csv"' in lab.read().description.doubts[0]
    for pattern in ("{activity}/{person}.csv", "{person}.csv", "{any}/{person}.csv"):
        recordings = lab.read(people_from=pattern)
        assert recordings[0].classes == ("sit", "walk")
        assert len(people(recordings)) == 3


@pytest.mark.parametrize("copy", ["p0 (1).csv", "p0 - Copy.csv", "p0 - Kopie.csv", "Copy of p0.csv", "p0.parquet"])
def test_a_copy_is_read_once_and_named(lab: Any, table: Any, people: Any, tells: Any, copy: str) -> None:
    written(lab, table, ["p0.csv", "p1.csv"])
    lab.write(copy, table(0))
    recordings = lab.read()
    assert (people(recordings), len(recordings)) == (["p0", "p1"], 2)
    assert "holds the same rows as" in tells(recordings)


def test_a_frame_with_people_in_rows(table: Any, people: Any) -> None:
    frame = pl.concat([pl.DataFrame(table(i, who=[f"p{i}"] * N)) for i in range(3)])
    assert people(stridenet.read(frame)) == ["p0", "p1", "p2"]
