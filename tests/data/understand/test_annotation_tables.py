"""Tables of labels beside the recordings: by file and time, in any words, with units, and who it is."""

from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError


def two(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0, activity=None))
    lab.write("p2.csv", table(1, activity=None))


@pytest.mark.parametrize(
    "names",
    [("file", "start", "end", "label"), ("Datei", "von", "bis", "Aktivität"), ("archivo", "inicio", "fin", "actividad"),
     ("recording", "begin", "stop", "activity"), ("filename", "start_ms", "end_ms", "class")],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["", ".csv"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_intervals_give_labels(lab: Any, table: Any, names: tuple[str, ...], suffix: str, form: str) -> None:
    two(lab, table)
    by = 1000 if names[1].endswith("ms") else 1
    cells = (
        [f"p1{suffix}", f"p1{suffix}", f"p2{suffix}"],
        [0, 5 * by, 0],
        [4.95 * by, 9 * by, 11 * by],
        ["a", "b", "b"],
    )
    lab.write(f"labels.{form}", dict(zip(names, cells, strict=True)))
    recordings = lab.read()
    assert recordings[0].classes == ("a", "b")
    counts = [np.bincount(one.labels + 1, minlength=3).tolist() for one in recordings]
    assert counts == [[29, 50, 41], [9, 0, 111]]


def test_a_table_may_say_who_it_is(lab: Any, table: Any, people: Any) -> None:
    two(lab, table)
    lab.write("labels.csv", {"file": ["p1.csv", "p2.csv"], "start": [0, 0], "end": [20, 20], "label": ["a", "b"],
                             "person": ["X", "Y"]})  # fmt: skip
    assert people(lab.read()) == ["X", "Y"]


@pytest.mark.parametrize("more", [{}, {"subject": ["X", "Y"]}])
def test_a_table_without_times_is_of_whole_files(lab: Any, table: Any, people: Any, more: dict[str, Any]) -> None:
    two(lab, table)
    lab.write("labels.csv", {"filename": ["p1.csv", "p2.csv"], "activity": ["walk", "sit"], **more})
    recordings = lab.read()
    assert [one.classes[one.labels[0]] for one in recordings] == ["walk", "sit"]
    assert people(recordings) == (["X", "Y"] if more else ["p1", "p2"])


def test_intervals_that_meet_nothing_are_refused_or_counted(lab: Any, table: Any, tells: Any) -> None:
    two(lab, table)
    lab.write("labels.csv", {"file": ["p1.csv", "p1.csv"], "start": [0, 500], "end": [5, 900], "label": ["a", "b"]})
    assert "of whose 2 intervals 1 meet no sample" in tells(lab.read())
    lab.write("labels.csv", {"file": ["q.csv"], "start": [0], "end": [5], "label": ["a"]})
    with pytest.raises(DataError, match="none of its 1 intervals"):
        lab.read()


def test_a_table_of_people_or_results_stops_nothing(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0))
    lab.write("p2.csv", table(1))
    lab.write("subjects.csv", {"subject": ["p1", "p2"], "age": [31, 33], "height": [180, 170]})
    lab.write("results.csv", {"model": ["a", "b"], "accuracy": [0.9, 0.8], "f1": [0.8, 0.7]})
    recordings = lab.read()
    assert {one.channels for one in recordings} == {("ax", "ay", "az")}
    assert len(recordings) == 2


@pytest.mark.parametrize("name", ["prediction", "predicted_class", "prob_walk"])
def test_what_another_program_answered_is_no_channel(lab: Any, table: Any, name: str) -> None:
    lab.write("t.csv", table(**{name: [0.1] * 57 + [0.9] * 63}))
    assert lab.read("t.csv")[0].channels == ("ax", "ay", "az")


def test_an_id_that_counts_activities_is_no_person(lab: Any, table: Any, people: Any) -> None:
    lab.write("t.csv", table(id=[1] * 60 + [2] * 60))
    assert people(lab.read("t.csv")) == ["t"]


def test_columns_in_other_capitals_or_order_are_the_same(lab: Any, table: Any) -> None:
    lab.write("p1.csv", table(0))
    lab.write("p2.csv", {name.upper(): cells for name, cells in reversed(table(1).items())})
    recordings = lab.read()
    assert {one.channels for one in recordings} == {("ax", "ay", "az")}
    np.testing.assert_allclose(recordings[1].data[:, 0], table(1)["ax"], rtol=1e-5)


def test_an_infinite_time_is_refused(lab: Any, table: Any) -> None:
    two(lab, table)
    lab.write("labels.csv", {"file": ["p1.csv", "p2.csv"], "start": ["inf", 0], "end": [2, 3], "label": ["a", "b"]})
    with pytest.raises(DataError, match=r"labels\.csv.*start.*infinite"):
        lab.read()


def one(lab: Any, table: Any, **columns: Any) -> Any:
    lab.write("p1.csv", table(0, activity=None))
    lab.write("labels.csv", columns)
    return lab.read()


@pytest.mark.parametrize("cells", [(0, 6000, 12000), ("0:00", "0:06", "0:12")])
def test_intervals_in_another_unit_are_refused(lab: Any, table: Any, cells: tuple[Any, ...]) -> None:
    with pytest.raises(
        DataError, match=r"'labels\.csv': one of its intervals goes on to second .* ends at second 11.9"
    ):
        one(lab, table, start=cells[:2], end=cells[1:], label=["a", "b"])


def test_a_duration_says_where_an_interval_ends(lab: Any, table: Any) -> None:
    recordings = one(lab, table, onset=[0, 8], duration=[4.95, 2], label=["a", "b"])
    assert np.bincount(recordings[0].labels + 1).tolist() == [49, 50, 21]


def test_an_interval_that_ends_before_it_begins(lab: Any, table: Any) -> None:
    with pytest.raises(DataError, match=r"1 of its 2 intervals end before they begin \(first in line 3\)"):
        one(lab, table, start=[0, 12], end=[6, 6], label=["a", "b"])


def test_intervals_within_others(lab: Any, table: Any, tells: Any) -> None:
    recordings = one(lab, table, start=[0, 2, 7], end=[6, 2.95, 9.95], label=["a", "b", "a"])
    assert np.bincount(recordings[0].labels + 1).tolist() == [29, 81, 10]
    assert "1 intervals of 'labels.csv' begin before another ends: there the one that begins last holds" in tells(
        recordings
    )


def test_a_table_that_names_no_recording_of_several(lab: Any, table: Any, tells: Any) -> None:
    two(lab, table)
    lab.write("labels.csv", {"start": [0, 6], "end": [5.95, 12], "label": ["a", "b"]})
    assert "names no recording, so it labels each of 2, from where its clock begins" in tells(lab.read())
