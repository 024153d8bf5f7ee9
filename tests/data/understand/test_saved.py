"""A description that was saved reads the same recordings, with nothing left to be guessed but what is doubted."""

from typing import Any

import numpy as np
import pytest

import stridenet
from stridenet.data.understand.description import from_plain, to_toml

N = 120


def several(table: Any, names: list[str], **more: Any) -> dict[str, Any]:
    return {name: table(i, **more) for i, name in enumerate(names)}


def long_table(table: Any) -> dict[str, Any]:
    parts = [table(i, user=[f"u{i}"] * N, trial=[i] * N) for i in range(3)]
    return {name: [cell for part in parts for cell in part[name]] for name in parts[0]}


LAYOUTS: dict[str, Any] = {
    "one long table": (lambda t: {"t.csv": long_table(t)}, {}),
    "a folder per activity": (lambda t: several(t, ["walk/p1.csv", "walk/p2.csv", "sit/p1.csv"], activity=None), {}),
    "a folder per person": (lambda t: several(t, ["anna/a.csv", "bob/a.csv"]), {}),
    "both": (lambda t: several(t, ["anna/walk/1.csv", "anna/sit/1.csv", "bob/walk/1.csv"], activity=None), {}),
    "another language": (
        lambda t: several(t, ["chodzenie/p1.csv", "chodzenie/p2.csv", "siedzenie/p1.csv"], activity=None), {}),
    "train and test": (lambda t: several(t, ["train/p1.csv", "train/p2.csv", "test/p3.csv"]), {}),
    "a pattern": (lambda t: several(t, ["walk-p1-1.csv", "sit-p1-1.csv", "walk-p2-1.csv"], activity=None), {}),
    "sensors": (lambda t: several(t, ["p1/acc.csv", "p1/gyro.csv", "p2/acc.csv", "p2/gyro.csv"]), {}),
    "places": (lambda t: several(t, ["p1/wrist.csv", "p1/ankle.csv"]), {}),
    "an annotation table": (
        lambda t: several(t, ["p1.csv", "p2.csv"], activity=None)
        | {"labels.csv": {"file": ["p1.csv", "p1.csv", "p2.csv"], "start": [0, 5, 0], "end": [5, 10, 10],
                          "label": ["a", "b", "a"]}}, {}),
    "no time": (lambda t: several(t, ["p1.csv", "p2.csv"], time=None), {"rate_hz": 20}),
    "units": (lambda t: several(t, ["p1.csv", "p2.csv"], time=[i * 100 for i in range(N)]), {"unit": {"acc": "m/s^2"}}),
    "resampled": (lambda t: several(t, ["p1.csv", "p2.csv"]), {"even": 5.0}),
    "derived": (lambda t: several(t, ["p1.csv", "p2.csv"]), {"derive": ("magnitude",)}),
    "words": (lambda t: several(t, ["p1.csv", "p2.csv"], activity=None, foo=["sit"] * 60 + ["walk"] * 60), {}),
    "merged": (lambda t: {"t.csv": t(person=["P1"] * 60 + ["p1"] * 60, activity=["Walk"] * 30 + ["walk"] * 90)},
               {"merge_labels": True}),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_saved_description_gives_the_same_recordings(lab: Any, table: Any, name: str) -> None:
    files, said = LAYOUTS[name]
    for file, columns in files(table).items():
        lab.write(file, columns)
    first = lab.read(**said)
    saved = lab.folder.parent / "lab.toml"
    saved.write_text(to_toml(first.description, lab.folder.name), encoding="utf-8")
    again = stridenet.read(str(saved))
    assert len(first) == len(again)
    for one, other in zip(first, again, strict=True):
        assert (one.name, one.group, one.channels, one.units) == (other.name, other.group, other.channels, other.units)
        assert (one.rate_hz, one.classes) == (other.rate_hz, other.classes)
        np.testing.assert_array_equal(one.data, other.data)
        np.testing.assert_array_equal(one.labels, other.labels)
    assert again.test_groups == first.test_groups
    if first.description.doubts:
        assert again.description.doubts == first.description.doubts
    elif "nobody is named" not in first.description.people.what:
        assert again.description.guesses == ()


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_description_survives_being_stored(lab: Any, table: Any, name: str) -> None:
    files, said = LAYOUTS[name]
    for file, columns in files(table).items():
        lab.write(file, columns)
    description = lab.read(**said).description
    assert from_plain(description.plain()) == description


def test_what_is_doubted_is_not_settled_by_saving_it(lab: Any, table: Any) -> None:
    for i, name in enumerate(("trial1.csv", "trial2.csv")):
        lab.write(name, table(i))
    first = lab.read()
    saved = lab.folder.parent / "lab.toml"
    saved.write_text(to_toml(first.description, lab.folder.name), encoding="utf-8")
    assert stridenet.read(str(saved)).description.doubts == first.description.doubts != ()
