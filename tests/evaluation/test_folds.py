"""Folds: what no protocol may do, and what each one does."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    LeavePGroupsOut,
    ShuffleSplit,
    StratifiedGroupKFold,
)

from stridenet.errors import SettingError, SplitError
from stridenet.evaluation import splits
from stridenet.evaluation.draws import sessions
from stridenet.evaluation.leaks import touching
from stridenet.evaluation.protocol import protocol_of
from stridenet.evaluation.splits import Split, check, folds
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut
from stridenet.spec import SplitSpec

KEPT_APART = ("by-person", "leave-one-person-out", "by-session", "by-time")


@st.composite
def people_moving(draw: st.DrawFn) -> Windows:
    """People with some recordings each, of some lengths, with stretches of up to three activities in them."""
    recordings = []
    for person in range(draw(st.integers(2, 7))):
        for n in range(draw(st.integers(1, 3))):
            labels = np.repeat(draw(st.lists(st.integers(0, 2), min_size=2, max_size=5)), draw(st.integers(8, 40)))
            name = f"p{person}r{n}" + draw(st.sampled_from(["", "#2"]))
            data = np.arange(len(labels), dtype=np.float32)[:, None] + 1000 * person + 100 * n
            recordings.append(Recording(name, f"p{person}", data, ("x",), ("g",), 10.0, labels, ("a", "b", "c")))
    return cut(recordings, length=8, step=draw(st.integers(1, 10)))


def samples(windows: Windows, index: Any) -> set[tuple[int, int]]:
    return {(int(windows.recording[i]), int(windows.start[i]) + k) for i in index for k in range(windows.length)}


@given(
    people_moving(),
    st.sampled_from(KEPT_APART),
    st.one_of(st.none(), st.integers(1, 6)),
    st.sampled_from([0.0, 0.3]),
    st.integers(0, 99),
)
def test_no_two_sides_share_what_the_protocol_keeps_apart(
    windows: Windows, kind: Any, n_folds: int | None, validation: float, seed: int
) -> None:
    n_folds = None if kind == "leave-one-person-out" else n_folds
    try:
        made = folds(windows, SplitSpec(kind=kind, folds=n_folds, validation=validation, seed=seed))
    except SplitError:  # too few people, recordings or classes for it
        return
    for one in made:
        sides = [one.train, one.validation, one.test]
        for i, a in enumerate(sides):
            for b in sides[i + 1 :]:
                assert not samples(windows, a) & samples(windows, b)
                if kind in ("by-person", "leave-one-person-out"):
                    assert not set(windows.group[a]) & set(windows.group[b])
                if kind == "by-session":
                    assert not set(sessions(windows)[a]) & set(sessions(windows)[b])
        assert len(one.train)
        assert len(one.test)
        assert sum(map(len, sides)) + one.purged == len(windows)
    if len(made) > 1:
        tested = np.concatenate([one.test for one in made])
        assert sorted(tested.tolist()) == list(range(len(windows)))


@given(people_moving(), st.data())
def test_touching_is_sharing_a_sample(windows: Windows, data: st.DataObject) -> None:
    which = st.lists(st.integers(0, len(windows) - 1), max_size=8) if len(windows) else st.just([])
    one, other = (np.array(data.draw(which), np.int64) for _ in range(2))
    found = touching(windows, one, other)
    theirs = samples(windows, other)
    assert found.tolist() == [bool(samples(windows, [i]) & theirs) for i in one]


def moving(n_people: int, *, classes: int = 2, only: dict[int, int] | None = None, official: int = 0) -> Windows:
    """Each person has a recording of each class, or of one class only."""
    names = tuple("abc"[:classes])
    recordings = [
        Recording(
            f"p{p}{names[c]}", f"p{p}", np.full((40, 1), 10.0 * p + c), ("x",), ("g",), 10.0, np.full(40, c), names
        )
        for p in range(n_people)
        for c in range(classes)
        if (only or {}).get(p, c) == c
    ]
    return cut(recordings, length=8, step=4, test_groups=[f"p{p}" for p in range(n_people - official, n_people)])


def test_where_no_people_are_official_each_is_tested_once() -> None:
    assert [len(folds(moving(n))) for n in (2, 4, 5, 9)] == [2, 4, 5, 5]
    assert len(folds(moving(4, official=1))) == 1
    words = str(protocol_of(moving(9), folds(moving(9))))
    assert words == "by-person, 5 folds: 9 people, each tested once by a network that has never seen them"


def test_a_share_asks_for_one_draw() -> None:
    (one,) = folds(moving(10), SplitSpec(kind="by-person", test=0.2))
    assert len(set(moving(10).group[one.test])) == 2


def test_the_kind_may_name_the_folds() -> None:
    spec = SplitSpec(kind="by-person:3")
    assert (spec.kind, spec.folds) == ("by-person", 3)
    assert len(folds(moving(6), spec)) == 3
    with pytest.raises(SettingError, match="as in by-person:10"):
        SplitSpec(kind="by-person:many")


def test_leave_one_person_out_has_a_fold_for_each() -> None:
    windows = moving(12)
    made = folds(windows, SplitSpec(kind="leave-one-person-out"))
    assert [set(windows.group[one.test]) for one in made] == [{person} for person in windows.people]


def test_classes_are_spread_over_folds() -> None:
    windows = moving(6, classes=3, only={0: 0, 1: 0, 2: 1, 3: 1, 4: 2, 5: 2})
    for one in folds(windows, SplitSpec(kind="by-person:2")):
        assert len(np.unique(windows.y[one.train])) == 3
        assert len(np.unique(windows.y[one.test])) == 3


def test_by_time_tests_what_came_last() -> None:
    windows = moving(1)
    (one,) = folds(windows, SplitSpec(kind="by-time"))
    for c in range(2):
        assert windows.start[one.train][windows.y[one.train] == c].max() < windows.start[one.test].min()
    assert one.purged == 2  # one window at each of two boundaries
    assert "2 windows left out between the sides" in str(protocol_of(windows, [one]))


def test_stretches_between_gaps_are_one_session() -> None:
    windows = moving(2)
    named = replace(windows, recordings=("walk", "walk#2", "sit", "sit#2"))
    for one in folds(named, SplitSpec(kind="by-session:2")):
        assert len({name.partition("#")[0] for name in sessions(named)[one.test]}) == 1


@pytest.mark.parametrize(
    "splitter",
    [GroupKFold(3), StratifiedGroupKFold(3), LeaveOneGroupOut()],
    ids=["groups", "stratified", "one-out"],
)
def test_splitters_of_scikit_learn(splitter: Any) -> None:
    windows = moving(6)
    made = folds(windows, splitter=splitter)
    protocol = protocol_of(windows, made)
    assert (protocol.kind, protocol.leaky, protocol.n_folds) == ("own", False, len(made))
    assert all(set(windows.group[one.train]).isdisjoint(windows.group[one.test]) for one in made)


def test_a_splitter_that_shares_people_is_told_to() -> None:
    windows = moving(6)
    protocol = protocol_of(windows, folds(windows, splitter=KFold(3, shuffle=True, random_state=0)))
    assert protocol.leaky
    assert protocol.shared_people == 6


@pytest.mark.parametrize(
    ("splitter", "words"),
    [
        (ShuffleSplit(3), "ShuffleSplit tests windows several times"),
        (LeavePGroupsOut(2), "LeavePGroupsOut tests windows several times"),
        (GroupKFold(9), "GroupKFold cannot divide these windows: Cannot have number of splits"),
        (object(), "object has no method split"),
    ],
    ids=["shuffled", "pairs", "too-many", "none"],
)
def test_splitters_that_cannot_serve(splitter: Any, words: str) -> None:
    with pytest.raises(SplitError, match=words):
        folds(moving(6), splitter=splitter)


class Gives:
    """A splitter of one's own: these two sides of each fold."""

    def __init__(self, *sides: Any) -> None:
        self.sides = sides

    def split(self, x: Any, y: Any, groups: Any) -> Any:
        del x, y, groups
        return iter(self.sides)


class Shorter:
    def split(self, x: Any, y: Any) -> Any:
        """Takes no groups."""


class ByTheSamples:
    def split(self, x: Any, y: Any, groups: Any) -> Any:
        del y, groups
        quiet = np.asarray(x).mean(axis=(1, 2)) < 5
        yield np.flatnonzero(~quiet), np.flatnonzero(quiet)


@pytest.mark.parametrize(
    ("splitter", "words"),
    [
        (Gives((range(20), [30, 999])), "Gives gives window 999, and windows are numbered from 0 to"),
        (Gives((range(60), [-3, -2])), "Gives gives window -3, and windows are numbered from 0 to"),
        (Gives((range(20), [30.5])), "Gives gives .* as a side; numbers of windows are needed, or a mask"),
        (Gives((np.ones(3, bool), [30])), "Gives gives .* as a side; numbers of windows are needed, or a mask"),
        (Gives((range(20), [30, 31]), (range(20), [])), "Gives tests no window in a fold"),
        (Gives(), "Gives tests no window; give one"),
        (Gives((range(20), [30], [40])), "Gives cannot divide these windows: too many values"),
        (Shorter(), "Shorter cannot divide these windows: .*split.* takes 3 positional"),
        (KFold, r"KFold is a class; give an object of it, as in KFold\(\.\.\.\)"),
    ],
)
def test_what_splitters_of_ones_own_may_not_give(splitter: Any, words: str) -> None:
    with pytest.raises(SplitError, match=words):
        folds(moving(6), splitter=splitter)


def test_a_splitter_may_give_masks_and_look_at_the_samples() -> None:
    windows = moving(6)
    tested = windows.group == "p3"
    (one,) = folds(windows, splitter=Gives((~tested, tested)))
    assert set(windows.group[one.test]) == {"p3"}
    assert len(one.train) + len(one.test) == len(windows)
    (by_samples,) = folds(windows, splitter=ByTheSamples())
    assert set(windows.group[by_samples.test]) == {"p0"}


def test_a_person_on_two_sides_is_named_with_the_windows() -> None:
    windows = moving(3)
    everyone = np.arange(len(windows))
    with pytest.raises(SplitError, match=r"people are on two sides, training and test: p0 \(windows 0, 1"):
        check(windows, Split(everyone[1:], everyone[:0], everyone[:1], "by-person"))


def test_a_sample_on_two_sides_is_refused() -> None:
    windows = moving(1)
    everyone = np.arange(len(windows))
    with pytest.raises(SplitError, match="1 training windows share raw samples with test windows"):
        check(windows, Split(everyone[1:], everyone[:0], everyone[:1], "by-time"))


@pytest.mark.parametrize("kind", ["random", "own"])
def test_a_window_on_two_sides_is_refused_whoever_drew_it(kind: Literal["random", "own"]) -> None:
    windows = moving(3)
    everyone = np.arange(len(windows))
    with pytest.raises(SplitError, match=r"1 windows are on two sides, training and test \(windows 0\)"):
        check(windows, Split(everyone, everyone[:0], everyone[:1], kind))
    with pytest.raises(SplitError, match="2 windows are on two sides, training and validation"):
        check(windows, Split(everyone[1:], everyone[1:3], everyone[:1], kind, "random"))


def test_every_split_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = moving(4)
    everyone = np.arange(len(windows))
    monkeypatch.setattr(splits, "_tested", lambda *_: [(everyone[2:], everyone[:2])])
    with pytest.raises(SplitError, match="people are on two sides"):
        folds(windows)


def test_a_class_that_nobody_trained_is_counted() -> None:
    windows = moving(4, classes=3, only={0: 0, 1: 0, 2: 1, 3: 2})
    protocol = protocol_of(windows, folds(windows, SplitSpec(kind="leave-one-person-out")))
    assert protocol.untaught == {"b": 9, "c": 9}


@pytest.mark.parametrize(
    ("n_people", "spec", "words"),
    [
        (3, {"kind": "by-person:9"}, "9 folds of 3 people"),
        (1, {"kind": "by-person"}, "one person only"),
        (1, {"kind": "by-session:9"}, "9 folds of 2 recordings"),
        (2, {"kind": "official"}, "no official test people"),
        (3, {"kind": "random:99"}, "99 random folds of 54 windows"),
    ],
)
def test_what_cannot_be_divided(n_people: int, spec: dict[str, Any], words: str) -> None:
    with pytest.raises(SplitError, match=words):
        folds(moving(n_people), SplitSpec(**spec))
