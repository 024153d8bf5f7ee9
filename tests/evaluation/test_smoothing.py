import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.ndimage import median_filter

from stridenet.errors import DataError, SettingError, UnknownNameError
from stridenet.evaluation.events import events
from stridenet.evaluation.smoothing import SMOOTHERS, Transitions, smooth, transitions_of
from stridenet.evaluation.timeline import Timeline

STAY = Transitions(np.array([[50, 1, 1], [1, 50, 1], [1, 1, 50]]), 1)


def line(labels: npt.ArrayLike, sure: float = 0.8) -> Timeline:
    """Three classes, 1 Hz; the predicted one has this probability."""
    said = np.array(labels, np.int64)
    scores = np.full((len(said), 3), (1 - sure) / 2)
    scores[np.arange(len(said)), said] = sure
    scores[said < 0] = np.nan
    return Timeline("r", "anna", said, said, scores, np.ones(len(said), np.int64), 1.0, ("a", "b", "c"))


def drawn(text: str) -> list[int]:
    return [-1 if letter == "." else "abc".index(letter) for letter in text]


def text(smoothed: Timeline) -> str:
    return "".join("abc."[label] for label in smoothed.predicted)


@pytest.mark.parametrize(
    ("name", "settings", "said", "expected"),
    [
        ("majority", {"seconds": 3}, "aabaabbb", "aaaaabbb"),
        ("majority", {"seconds": 3}, "abc", "abc"),  # the own one of equals
        ("majority", {"seconds": 3}, "aab.baa", "aab.baa"),  # nothing goes over what is unknown
        ("majority-past", {"seconds": 3}, "aabaabbb", "aaaaaabb"),
        ("median", {"seconds": 3}, "aabaabbb", "aaaaabbb"),
        ("minimum-duration", {"seconds": 2}, "aabaacbbb", "aaaaaabbb"),
        ("minimum-duration", {"seconds": 3}, "aaaabbcc", "aaaaaaaa"),  # bb goes to aaaa, then cc
        ("minimum-duration", {"seconds": 3}, "abab", "bbbb"),
        ("minimum-duration", {"seconds": 9}, "ab.c", "bb.c"),  # the earlier of equals is changed first
        ("viterbi", {"transitions": STAY}, "aabaabbbb", "aaaaabbbb"),
    ],
)
def test_each_by_hand(name: str, settings: dict[str, Any], said: str, expected: str) -> None:
    assert text(smooth(name, line(drawn(said)), **settings)) == expected


def test_hysteresis_holds_until_another_is_sure_or_it_is_unlikely_itself() -> None:
    scores = np.array([[0.6, 0.4, 0], [0.4, 0.6, 0], [0.3, 0.7, 0], [0.4, 0.6, 0], [0.5, 0.1, 0.4]])
    made = replace(line([0, 1, 1, 1, 0]), scores=scores)
    assert text(smooth("hysteresis", made, enter=0.7, leave=0.2)) == "aabba"
    assert text(smooth("hysteresis", made, enter=0.7, leave=0.1)) == "aabbb"
    assert text(smooth("hysteresis", made, enter=0, leave=0)) == "abbba"


def test_viterbi_finds_the_likeliest_of_all_paths() -> None:
    rng = np.random.default_rng(3)
    counts = np.array([[6, 2, 0], [1, 9, 3], [4, 0, 5]])
    made = replace(line([0] * 6), scores=rng.dirichlet([1, 1, 1], 6))
    a = (counts + 1) / (counts + 1).sum(axis=1, keepdims=True)
    prior = (counts + 1).sum(axis=1) / (counts + 1).sum()

    def likelihood(path: tuple[int, ...]) -> float:
        steps = np.prod([a[i, j] for i, j in itertools.pairwise(path)])
        return float(prior[path[0]] * steps * np.prod(made.scores[np.arange(6), list(path)] / prior[list(path)]))

    best = max(np.ndindex(*(3,) * 6), key=likelihood)
    assert tuple(smooth("viterbi", made, transitions=Transitions(counts, 1)).predicted) == best


def test_viterbi_looks_once_in_a_lag() -> None:
    often = replace(line(np.repeat([0, 1, 0], 5)), pieces=np.full(3, 5), scores=line([0, 1, 0]).scores)
    counts = STAY.counts
    assert text(smooth("viterbi", often, transitions=Transitions(counts, 5))) == "a" * 15
    assert text(smooth("viterbi", often, transitions=Transitions(counts, 1))) == "aaaaabbbbbaaaaa"  # five times sure
    assert text(smooth("viterbi", line([2, 2, 2]), transitions=Transitions(counts, 50))) == "ccc"


def test_a_median_longer_than_a_stretch_takes_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """SciPy's filter needs minutes where a window is longer than what it filters."""
    sizes = []

    def counting(column: npt.NDArray[Any], size: int, **options: Any) -> Any:
        sizes.append((size, len(column)))
        return median_filter(column, size, **options)

    monkeypatch.setattr(ndimage, "median_filter", counting)
    made = line(drawn("aababcc.bb"))
    assert text(smooth("median", made, seconds=1e12)) == text(smooth("median", made, seconds=13))
    assert max(size - 2 * n for size, n in sizes) < 0


def test_transitions_are_counted_over_a_lag_within_labels() -> None:
    found = transitions_of([[0, 0, 1, -1, 1, 2], [2], []], 3, 2)
    assert found.counts.tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    with pytest.raises(DataError, match="a label 3, but 3 classes"):
        transitions_of([[3]], 3, 1)
    with pytest.raises(SettingError, match="lag is 0"):
        transitions_of([[0]], 1, 0)


@pytest.mark.parametrize(
    ("name", "settings", "found"),
    [
        ("median", {"seconds": 0}, "seconds is 0; it must be above 0"),
        ("majority", {"seconds": float("nan")}, "seconds is nan"),
        ("minimum-duration", {"seconds": -1}, "seconds is -1"),
        ("hysteresis", {"enter": 0.1}, "leave is 0.2 and enter 0.1"),
        ("viterbi", {}, "'viterbi' needs transitions"),
        ("viterbi", {"transitions": Transitions(np.eye(2, dtype=np.int64), 1)}, r"shape \(2, 2\), but 3 classes"),
    ],
)
def test_wrong_settings_are_refused(name: str, settings: dict[str, Any], found: str) -> None:
    with pytest.raises(SettingError, match=found):
        smooth(name, line([0, 1]), **settings)


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'median'"):
        smooth("medain", line([0]))
    with pytest.raises(UnknownNameError, match="did you mean 'seconds'"):
        smooth("median", line([0]), second=2)


every = st.sampled_from(sorted(SMOOTHERS))


def smoothed_by(name: str, made: Timeline) -> Timeline:
    return smooth(name, made, **({"transitions": STAY} if name == "viterbi" else {}))


@given(every, st.lists(st.integers(-1, 2), max_size=40))
def test_unknown_stays_and_nothing_else_becomes_so(name: str, said: list[int]) -> None:
    found = smoothed_by(name, line(said)).predicted
    np.testing.assert_array_equal(found < 0, np.array(said) < 0)
    for event in events(np.minimum(said, 0)):  # no label from beyond what is unknown
        assert set(found[event.begin : event.end]) <= set(said[event.begin : event.end])


@given(every, st.integers(0, 2), st.integers(1, 30))
def test_one_label_stays_as_it_is(name: str, label: int, n: int) -> None:
    assert smoothed_by(name, line([label] * n)).predicted.tolist() == [label] * n


@pytest.mark.parametrize("name", SMOOTHERS)
def test_what_is_called_causal_knows_nothing_of_what_comes(name: str) -> None:
    rng = np.random.default_rng(1)
    differ = False
    for _ in range(50):
        whole = replace(line([0] * 30), scores=rng.dirichlet([0.5] * 3, 30), rate_hz=3.0)
        whole = replace(whole, predicted=whole.scores.argmax(axis=1))
        n = int(rng.integers(1, 30))
        part = replace(
            whole,
            predicted=whole.predicted[:n],
            truth=whole.truth[:n],
            scores=whole.scores[:n],
            pieces=whole.pieces[:n],
        )
        differ |= bool((smoothed_by(name, whole).predicted[:n] != smoothed_by(name, part).predicted).any())
    assert differ != SMOOTHERS[name].causal


@given(st.lists(st.integers(0, 2), min_size=1, max_size=60), st.integers(1, 8))
def test_no_event_is_shorter_than_the_minimum(said: list[int], seconds: int) -> None:
    found = events(smooth("minimum-duration", line(said), seconds=seconds).predicted)
    assert len(found) == 1 or min(e.end - e.begin for e in found) >= seconds
