import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.errors import DataError, UnknownNameError
from stridenet.evaluation.events import (
    CLASS_FRAMES,
    FRAMES,
    NAMED_EVENTS,
    TRUE_EVENTS,
    EventErrors,
    Unlabelled,
    event_errors,
    events,
    spread,
)


def drawn(line: str) -> list[int]:
    """Labels from a drawing: ``a`` and so on are classes, a dot is none."""
    return [-1 if letter == "." else "abcdefgh".index(letter) for letter in line]


def of(truth: str, said: str, n: int = 2, unlabelled: Unlabelled = "none") -> EventErrors:
    return event_errors([drawn(truth)], [drawn(said)], n, 2.0, unlabelled=unlabelled)


def kinds(names: tuple[str, ...], counts: npt.NDArray[np.int64]) -> dict[str, int]:
    return {name: int(n) for name, n in zip(names, counts, strict=True) if n and name != "true_negative"}


CASES = {
    "perfect": ("..aaa..", "..aaa..", {"true_positive": 3}, {"correct": 1}, {"correct": 1}),
    "deletion": ("..aaa..", ".......", {"deletion": 3}, {"deleted": 1}, {}),
    "insertion": (".......", "..aaa..", {"insertion": 3}, {}, {"inserted": 1}),
    "late and long": (
        ".aaaa...", "..aaaaa.",
        {"true_positive": 3, "underfill": 1, "overfill": 2}, {"correct": 1}, {"correct": 1},
    ),
    "fragmented": (".aaaaa.", ".aa.aa.", {"true_positive": 4, "fragment": 1}, {"fragmented": 1}, {"fragmenting": 2}),
    "merged": (".aa.aa.", ".aaaaa.", {"true_positive": 4, "merge": 1}, {"merged": 2}, {"merging": 1}),
    "fragmented and merged": (
        "aaaaa.aa.", "aa.aaaaa.", {"true_positive": 6, "fragment": 1, "merge": 1},
        {"fragmented_and_merged": 1, "merged": 1}, {"fragmenting": 1, "fragmenting_and_merging": 1},
    ),
    "beside, not on it": ("aaa...", "...aaa", {"deletion": 3, "insertion": 3}, {"deleted": 1}, {"inserted": 1}),
}  # fmt: skip


@pytest.mark.parametrize(("truth", "said", "frames", "true_events", "named_events"), CASES.values(), ids=CASES)
def test_each_kind_by_hand(
    truth: str, said: str, frames: dict[str, int], true_events: dict[str, int], named_events: dict[str, int]
) -> None:
    errors = of(truth, said, 1)
    assert kinds(CLASS_FRAMES, errors.frames[0]) == frames
    assert kinds(TRUE_EVENTS, errors.true_events[0]) == true_events
    assert kinds(NAMED_EVENTS, errors.named_events[0]) == named_events


TOGETHER = {
    "all right": ("aabb..", "aabb..", {"correct": 6}),
    "a boundary moved": ("aaabbb", "aabbbb", {"correct": 5, "timing": 1}),
    "another class for all of it": ("aabbaa", "aaccaa", {"correct": 4, "substitution": 2}),
    "another class within": ("aaaaa", "aabaa", {"correct": 4, "substitution": 1}),
    "nothing named": ("aabb", "aa..", {"correct": 2, "deletion": 2}),
    "named too late": ("aabb", "aa.b", {"correct": 3, "underfill": 1}),
    "not named in between": ("aaaa", "a.aa", {"correct": 3, "fragment": 1}),
    "named where none is": ("a...", "a.bb", {"correct": 2, "insertion": 2}),
    "named for too long": ("a...", "aa..", {"correct": 3, "overfill": 1}),
    "two run together": ("a.a", "aaa", {"correct": 2, "merge": 1}),
    "run together over another": ("aba", "aaa", {"correct": 2, "substitution": 1}),
}


@pytest.mark.parametrize(("truth", "said", "expected"), TOGETHER.values(), ids=TOGETHER)
def test_each_sample_is_counted_once_over_all_classes(truth: str, said: str, expected: dict[str, int]) -> None:
    assert kinds(FRAMES, of(truth, said, 3).together) == expected


def test_delays_are_in_seconds_and_early_is_below_zero() -> None:
    errors = of("..aaaa....aaaa..", "...aaa...aaaaa..", 1)
    assert errors.onset_s[0].tolist() == [0.5, -0.5]  # at 2 Hz
    assert errors.offset_s[0].tolist() == [0, 0]
    assert of("..aaaa..", ".aa.aaa.", 1).onset_s[0].tolist() == []  # only correct events have one


def test_a_boundary_whose_other_side_nobody_knows_has_no_delay() -> None:
    errors = of("aaab..bb", "aabb..bb", 2, "ignore")
    assert (errors.onset_s[0].tolist(), errors.offset_s[0].tolist()) == ([], [-0.5])
    assert (errors.onset_s[1].tolist(), errors.offset_s[1].tolist()) == ([-0.5], [])


def test_what_is_not_labelled_is_ignored_or_none_of_the_classes() -> None:
    ignored, none = (of("aa..aa", "aaaaab", 2, way) for way in ("ignore", "none"))
    assert (ignored.samples, none.samples) == (4, 6)
    assert kinds(TRUE_EVENTS, ignored.true_events[0]) == {"correct": 2}
    assert kinds(TRUE_EVENTS, none.true_events[0]) == {"merged": 2}
    assert kinds(FRAMES, none.together) == {"correct": 3, "merge": 2, "substitution": 1}
    assert kinds(FRAMES, ignored.together) == {"correct": 3, "substitution": 1}


def test_recordings_are_pooled_and_never_run_into_each_other() -> None:
    both = event_errors([[0, 0], [0, 0]], [[0, 0], [0, 0]], 1, 1.0)
    assert kinds(TRUE_EVENTS, both.true_events[0]) == {"correct": 2}
    assert (both.samples, both.onset_s[0].tolist(), both.offset_s[0].tolist()) == (4, [], [])
    assert event_errors([], [], 2, 1.0).samples == 0
    assert event_errors([[]], [[]], 2, 1.0).true_events.tolist() == [[0] * 5] * 2


def test_plain_has_every_figure_under_its_name() -> None:
    told = of("..aaaa..", "...aaa..", 2).plain(["walk", "sit"])
    assert told["samples"] == 8
    assert told["classes"]["walk"]["onset_s"] == {"median": 0.5, "low": 0.5, "high": 0.5, "count": 1}
    assert told["classes"]["sit"]["onset_s"] == spread(np.zeros(0))
    assert spread(np.zeros(0)) == {"median": None, "low": None, "high": None, "count": 0}
    assert told["classes"]["walk"]["true_events"]["correct"] == 1


@pytest.mark.parametrize(
    ("truth", "said", "found"),
    [
        ([[0]], [], "1 recordings are true, but 0 predicted"),
        ([[0, 0]], [[0]], "(2,) true but (1,) predicted"),
        ([[0]], [[2]], "predicted labels from 2 to 2, but 2 classes"),
        ([[-2]], [[0]], "true labels from -2"),
    ],
)
def test_what_does_not_fit_is_refused(truth: list[list[int]], said: list[list[int]], found: str) -> None:
    with pytest.raises(DataError, match=re.escape(found)):
        event_errors(truth, said, 2, 1.0)
    with pytest.raises(UnknownNameError, match="did you mean 'ignore'"):
        event_errors([[0]], [[0]], 1, 1.0, unlabelled="ignored")  # type: ignore[arg-type]


pairs = st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 2)), min_size=1, max_size=40)
ways = st.sampled_from(["ignore", "none"])


@given(pairs, ways)
def test_kinds_sum_to_samples_and_events(line: list[tuple[int, int]], way: Unlabelled) -> None:
    truth, said = np.array(line).T
    errors = event_errors([truth], [said], 3, 1.0, unlabelled=way)
    seen = truth >= 0 if way == "ignore" else np.ones(len(truth), bool)
    assert errors.samples == errors.together.sum() == seen.sum()
    assert errors.frames.sum(axis=1).tolist() == [seen.sum()] * 3
    assert errors.together[0] == (truth == said)[seen].sum()
    looked_at = np.where(seen, said, -1)
    for c in range(3):
        assert errors.true_events[c].sum() == sum(e.label == c for e in events(truth))
        assert errors.named_events[c].sum() == sum(e.label == c for e in events(looked_at))
        assert errors.true_events[c, 0] == errors.named_events[c, 0]


@given(st.lists(st.integers(-1, 2), min_size=1, max_size=40), ways)
def test_a_perfect_prediction_has_no_error(truth: list[int], way: Unlabelled) -> None:
    errors = event_errors([truth], [truth], 3, 1.0, unlabelled=way)
    assert set(kinds(FRAMES, errors.together)) <= {"correct"}
    for c in range(3):
        assert set(kinds(CLASS_FRAMES, errors.frames[c])) <= {"true_positive"}
        assert set(kinds(TRUE_EVENTS, errors.true_events[c])) <= {"correct"}
        assert not errors.onset_s[c].any()
        assert not errors.offset_s[c].any()


@given(pairs)
def test_exchanged_sides_exchange_the_errors(line: list[tuple[int, int]]) -> None:
    truth, said = np.array([(-1, -1), *line, (-1, -1)]).T  # so that every boundary has a delay
    one = event_errors([truth], [said], 3, 1.0, unlabelled="none")
    other = event_errors([said], [truth], 3, 1.0, unlabelled="none")
    exchanged = [CLASS_FRAMES.index(name) for name in (
        "true_positive", "true_negative", "insertion", "overfill", "merge", "deletion", "underfill", "fragment",
    )]  # fmt: skip
    np.testing.assert_array_equal(one.frames, other.frames[:, exchanged])
    np.testing.assert_array_equal(one.true_events, other.named_events)
    for c in range(3):
        np.testing.assert_array_equal(np.sort(one.onset_s[c]), np.sort(-other.onset_s[c]))


@given(pairs)
def test_events_meet_as_a_loop_over_all_pairs_finds(line: list[tuple[int, int]]) -> None:
    truth, said = np.array(line).T
    errors = event_errors([truth], [said], 3, 1.0, unlabelled="none")
    for c in range(3):
        true = [e for e in events(truth) if e.label == c]
        named = [e for e in events(said) if e.label == c]
        met = {t: [p for p in named if p.begin < t.end and t.begin < p.end] for t in true}
        sharing = [p for p in named if sum(p in others for others in met.values()) > 1]
        fate = [
            0 if len(ps) == 1 and ps[0] not in sharing
            else 1 if not ps
            else {(True, False): 2, (False, True): 3, (True, True): 4}[len(ps) > 1, any(p in sharing for p in ps)]
            for ps in met.values()
        ]  # fmt: skip
        assert errors.true_events[c].tolist() == np.bincount(np.array(fate, int), minlength=5).tolist()
