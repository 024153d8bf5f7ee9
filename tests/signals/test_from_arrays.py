from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError, SplitError
from stridenet.evaluation.draws import sessions
from stridenet.evaluation.splits import split
from stridenet.signals.windows import Windows
from stridenet.spec import SplitSpec

X = np.arange(4 * 6 * 2, dtype=float).reshape(4, 6, 2)
Y = ["walk", "sit", "walk", "run"]


def test_what_came_is_what_is_there() -> None:
    windows = Windows.from_arrays(
        X, Y, [2, 10, 2, 1], channels=["a", "b"], units=["g", "m/s²"], rate_hz=50, classes=["walk", "run", "sit"]
    )
    np.testing.assert_array_equal(windows.x, X)
    assert windows.y.tolist() == [0, 2, 0, 1]
    assert windows.people == ("1", "2", "10")
    assert (windows.channels, windows.units, windows.rate_hz) == (("a", "b"), ("g", "m/s²"), 50.0)
    assert len(set(windows.recording.tolist())) == 4
    assert Windows.from_arrays(X, Y).channels == ("channel 1", "channel 2")


def test_channels_first_are_turned_when_told() -> None:
    turned = X.transpose(0, 2, 1)
    np.testing.assert_array_equal(Windows.from_arrays(turned, Y, layout="nct").x, X)
    with pytest.raises(DataError, match=r"2 samples of 6 channels .* swapped: give layout='nct', or name the channels"):
        Windows.from_arrays(turned, Y)
    assert Windows.from_arrays(turned, Y, channels=list("abcdef")).length == 2


@pytest.mark.parametrize(
    ("y", "classes", "numbers"),
    [
        ([10, 9, 1, 9], ("1", "9", "10"), [2, 1, 0, 1]),
        ([1.0, 2.0, 1.0, -1.0], ("-1", "1", "2"), [1, 2, 1, 0]),
        ([0.5, 1, 0.5, 1], ("0.5", "1"), [0, 1, 0, 1]),
        (["10", "9", "1", "9"], ("1", "10", "9"), [1, 2, 0, 2]),
        ([True, False, True, True], ("False", "True"), [1, 0, 1, 1]),
        (np.array(["b", "a", "b", "b"], object), ("a", "b"), [1, 0, 1, 1]),
        (np.array([b"b", b"a", b"b", b"b"]), ("a", "b"), [1, 0, 1, 1]),  # as HDF5 has text
    ],
)
def test_classes_are_sorted_and_numbers_by_their_value(y: Any, classes: tuple[str, ...], numbers: list[int]) -> None:
    windows = Windows.from_arrays(X, y)
    assert windows.classes == classes
    assert windows.y.tolist() == numbers


def test_numbers_are_names_where_the_classes_are_such_and_places_among_them_otherwise() -> None:
    assert Windows.from_arrays(X, [1, 2, 1, 2], classes=["1", "2", "3"]).y.tolist() == [0, 1, 0, 1]
    assert Windows.from_arrays(X, [1, 2, 1, 2], classes=["a", "b", "c"]).y.tolist() == [1, 2, 1, 2]


def test_people_whom_nobody_knows_are_never_split_by_person() -> None:
    windows = Windows.from_arrays(X, Y)
    assert windows.people == ("unknown",)
    with pytest.raises(SplitError, match="--protocol by-session"):
        split(windows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": X[0]}, r"x has the shape \(6, 2\), .* x\[\.\.\., np\.newaxis\]"),
        ({"x": X[0, 0]}, "cut the signal into windows"),
        ({"x": X[None]}, "too many axes"),
        ({"x": X[:, :0]}, "holds no values"),
        ({"x": X.astype(str)}, "not numbers"),
        ({"x": [[[1.0]], [[1.0], [2.0]]]}, "unequal lengths"),
        ({"x": np.where(X == 5, np.nan, X)}, "channel 'channel 2': 1 of 24 values"),
        ({"x": np.where(X == 5, 1e60, X)}, "beyond single precision"),
        ({"y": Y[:3]}, r"3 values of y came for 4 windows; one for each is needed\."),
        ({"y": Y + Y[:2]}, "6 values of y came for 4 windows.*swapped, windows come first"),
        ({"y": np.eye(4)}, r"one-hot, give y\.argmax"),
        ({"y": [[1], [2], [3], [1]]}, r"give y\.ravel"),
        ({"y": ["a", None, "b", None]}, r"2 of 4 values of y are missing \(the first: window 1\)"),
        ({"y": [1.0, np.nan, 2.0, 1.0]}, "1 of 4 values of y are missing"),
        ({"groups": [1, 2]}, "2 values of groups came for 4 windows"),
        ({"groups": ["a", "", "b", "a"]}, "values of groups are missing"),
        ({"y": [1.0, np.inf, 2.0, 1.0]}, "1 of 4 values of y are missing"),
        ({"groups": ["ann", "bob", "Ann", "bob"]}, "groups holds 'Ann' and 'ann', which differ by capitals or blanks;"),
        ({"groups": ["ann", "bob", "ann ", "bob"]}, "groups holds 'ann' and 'ann ', which differ"),
        ({"y": ["sit", "sit ", "run", "run"]}, "y holds 'sit' and 'sit ', which differ"),
        ({"channels": list("abcdef")}, "x has 2 channels, but 6 names came; the axes seem swapped: give layout='nct'"),
        ({"channels": ["a"]}, r"x has 2 channels, but 1 names came\."),
        ({"units": ["g"]}, "2 channels, but 1 units"),
        ({"rate_hz": 0}, "rate_hz is 0"),
        ({"layout": "tnc"}, "layout is 'tnc'"),
        ({"classes": ["walk", "sit"]}, "'run' in y is not among the classes"),
        ({"classes": ["walk", "walk"]}, "comes twice"),
        (
            {"y": [1, 2, 3, 1], "classes": ["a", "b", "c"]},
            "y goes from 1 to 3, and numbers of 3 classes go from 0 to 2",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(change: dict[str, Any], message: str) -> None:
    asked: dict[str, Any] = {"x": X, "y": Y}
    with pytest.raises(DataError, match=message) as caught:
        Windows.from_arrays(**(asked | change))
    assert "\n" not in str(caught.value)


def test_classes_that_are_given_may_differ_by_capitals() -> None:
    windows = Windows.from_arrays(X, ["a", "A", "a", "A"], classes=["A", "a"])
    assert windows.classes == ("A", "a")


def test_a_split_by_recording_needs_recordings() -> None:
    """Windows that do not overlap are recordings of their own, and by session they would be drawn at random."""
    x, y = np.random.default_rng(0).normal(size=(24, 6, 2)), np.arange(24) % 2
    people, days = np.repeat(["ann", "bob"], 12), np.tile(np.repeat([1, 2, 3], 4), 2)
    with pytest.raises(SplitError, match=r"nobody says of which recording .*recordings=\.\.\."):
        split(Windows.from_arrays(x, y, people), SplitSpec(kind="by-session"))
    windows = Windows.from_arrays(x, y, people, recordings=days)
    assert set(sessions(windows)) == {f"{who}/{day}" for who in ("ann", "bob") for day in (1, 2, 3)}
    one = split(windows, SplitSpec(kind="by-session"))
    assert set(sessions(windows)[one.test]).isdisjoint(sessions(windows)[one.train])
    with pytest.raises(DataError, match="3 values of recordings came for 24 windows"):
        Windows.from_arrays(x, y, people, recordings=[1, 2, 3])


def test_a_recording_goes_on_only_within_itself(easy: Windows) -> None:
    halves = np.where(easy.start < 120, "a", "b")
    found = Windows.from_arrays(easy.x, easy.y, easy.group, recordings=halves)
    assert len(found.recordings) == 12
    assert len(np.unique(sessions(found))) == 12


def test_a_measured_value_is_no_class() -> None:
    x, y = np.zeros((100, 6, 2)), np.linspace(0, 1, 100)
    with pytest.raises(DataError, match="100 different numbers with fractions"):
        Windows.from_arrays(x, y)
    assert len(Windows.from_arrays(x, y.astype(str)).classes) == 100


def test_windows_that_go_on_where_the_one_before_is_are_one_recording(easy: Windows) -> None:
    found = Windows.from_arrays(easy.x, easy.y, easy.group)
    np.testing.assert_array_equal(found.x, easy.x)
    assert found.start.tolist() == easy.start.tolist()
    assert found.recording.tolist() == easy.recording.tolist()
    assert found.recordings[:2] == ("windows from 0", "windows from 29")
    assert found.places.held == easy.places.held
    unknown = Windows.from_arrays(easy.x, easy.y)
    assert unknown.recording.tolist() == easy.recording.tolist()  # nobody says who it is, and the values do


def test_windows_at_rest_and_windows_by_chance_are_not_taken_for_one_recording() -> None:
    for x in (np.zeros((9, 5, 1)), np.random.default_rng(0).integers(0, 2, (50, 8, 1))):
        windows = Windows.from_arrays(x, np.arange(len(x)) % 2)
        assert windows.recording.tolist() == list(range(len(x)))
