import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.errors import DataError, UnknownNameError
from stridenet.evaluation.timeline import Timeline, Vote, timelines, typical_and_worst
from stridenet.signals.recording import Recording


def recording(labels: list[int], n_classes: int = 3, name: str = "r") -> Recording:
    classes = tuple("abcdefgh"[:n_classes])
    return Recording(name, "anna", np.zeros((len(labels), 1)), ("x",), ("g",), 2.0, np.array(labels), classes)


def one(probability: npt.ArrayLike, start: list[int], length: int, labels: list[int], vote: Vote = "mean") -> Timeline:
    source = recording(labels, np.shape(probability)[1])
    return timelines(probability, np.zeros(len(start), int), start, length, [source], vote=vote)[0]


SAID = [[0.9, 0.1, 0.0], [0.3, 0.4, 0.3], [0.3, 0.4, 0.3]]


@pytest.mark.parametrize(
    ("vote", "expected"), [("mean", [0, 0, 0, 1, 1]), ("majority", [0, 0, 1, 1, 1]), ("last", [0, 1, 1, 1, 1])]
)
def test_windows_that_overlap_agree_by_the_vote(vote: Vote, expected: list[int]) -> None:
    assert one(SAID, [0, 1, 2], 3, [0] * 5, vote).predicted.tolist() == expected


def test_a_tie_of_votes_goes_to_the_larger_mean() -> None:
    assert one([[0.4, 0.6], [0.9, 0.1]], [0, 0], 2, [0, 0], "majority").predicted.tolist() == [0, 0]
    assert one([[0.1, 0.9], [0.6, 0.4]], [0, 0], 2, [0, 0], "majority").predicted.tolist() == [1, 1]


def test_what_no_window_covers_is_unknown_and_never_right() -> None:
    line = one([[1.0, 0.0], [0.0, 1.0]], [1, 5], 2, [0, 0, 0, -1, -1, 1, 1, 1])
    assert line.predicted.tolist() == [-1, 0, 0, -1, -1, 1, 1, -1]
    assert line.covered == 0.5
    assert line.accuracy == pytest.approx(4 / 6)
    assert np.isnan(line.probability[[0, 3, 4, 7]]).all()
    assert line.probability[1].tolist() == [1.0, 0.0]


def test_a_window_without_an_answer_has_no_vote() -> None:
    line = one([[1.0, 0.0], [np.nan, np.nan]], [0, 1], 2, [0, 0, 0])
    assert line.predicted.tolist() == [0, 0, -1]
    assert one([[np.inf, 0.0]], [0], 2, [0, 0]).predicted.tolist() == [-1, -1]


def test_each_recording_has_its_own_line_in_any_order_of_windows() -> None:
    sources = [recording([0, 0, 1, 1], 2, name) for name in ("r0", "without windows", "r2")]
    lines = timelines(np.eye(2)[[1, 0, 1, 0]], [2, 0, 0, 2], [2, 0, 2, 0], 2, sources)
    assert [line.name for line in lines] == ["r0", "r2"]
    assert all(line.predicted.tolist() == [0, 0, 1, 1] and line.accuracy == 1 for line in lines)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"start": [0, 3]}, "cover samples 0 to 5, but it has 4"),
        ({"start": [-1, 2]}, "cover samples -1 to 4"),
        ({"start": [0]}, r"starts of \(1,\)"),
        ({"recording": [0, 1]}, "of recording 1, but there are 1"),
        ({"probability": np.eye(3)[:2]}, "3 probabilities a window, but 2 classes"),
        ({"length": 0}, "at least one"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], found: str) -> None:
    given_: dict[str, object] = {"probability": np.eye(2), "recording": [0, 0], "start": [0, 2], "length": 2}
    with pytest.raises(DataError, match=found):
        timelines(**(given_ | change), recordings=[recording([0, 0, 1, 1], 2)])  # type: ignore[arg-type]


def test_an_unknown_vote_is_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'majority'"):
        one([[1.0]], [0], 1, [0], "major")  # type: ignore[arg-type]


@given(st.integers(1, 40), st.integers(1, 6), st.data())
def test_every_vote_is_what_a_loop_over_samples_gives(n: int, length: int, data: st.DataObject) -> None:
    length = min(length, n)
    starts = data.draw(st.lists(st.integers(0, n - length), min_size=1, max_size=8))
    said = np.random.default_rng(data.draw(st.integers(0, 99))).dirichlet([1, 1, 1], len(starts))
    mean, last = one(said, starts, length, [0] * n), one(said, starts, length, [0] * n, "last")
    for i in range(n):
        over = [k for k, s in enumerate(starts) if s <= i < s + length]
        if not over:
            assert mean.predicted[i] == last.predicted[i] == -1
            continue
        np.testing.assert_allclose(mean.probability[i], said[over].mean(axis=0))
        latest = max(over, key=lambda k: (starts[k], k))
        assert last.predicted[i] == said[latest].argmax()


def scored(accuracies: list[float]) -> list[Timeline]:
    made = []
    for i, accuracy in enumerate(accuracies):
        said = np.eye(2)[(np.arange(10) >= round(10 * accuracy)).astype(int)]
        source = recording([0] * 10 if accuracy >= 0 else [-1] * 10, 2, f"r{i}")
        made += timelines(said, np.zeros(10, int), np.arange(10), 1, [source])
    return made


@pytest.mark.parametrize(
    ("accuracies", "expected"),
    [
        ([0.9, 0.2, 0.5], [("median of 3 by accuracy", "r2"), ("worst of 3 by accuracy", "r1")]),
        ([0.9, 0.2, 0.5, 0.7], [("median of 4 by accuracy", "r2"), ("worst of 4 by accuracy", "r1")]),
        ([0.9, 0.2], [("worst of 2 by accuracy", "r1"), ("best of 2 by accuracy", "r0")]),
        ([-1, 0.2], [("the only one with labels", "r1")]),
        ([-1, -1], [("the first", "r0")]),
        ([], []),
    ],
)
def test_what_is_shown_is_chosen_by_a_rule(accuracies: list[float], expected: list[tuple[str, str]]) -> None:
    assert [(what, line.name) for what, line in typical_and_worst(scored(accuracies))] == expected
