from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.errors import SplitError
from stridenet.evaluation.leaks import leaks
from stridenet.evaluation.protocol import protocol_of
from stridenet.evaluation.splits import Split, split
from stridenet.signals.reading import Reading
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut
from stridenet.spec import SplitSpec


def make(n_people: int, *, n_samples: int = 40, step: int = 4, classes: int = 2, official: int = 0) -> Windows:
    """Two recordings a person, each class in each; the last ``official`` people are the official test people."""
    recordings = []
    for i in range(2 * n_people):
        labels = np.repeat(np.arange(classes), n_samples // classes)
        data = np.zeros((len(labels), 1), np.float32)
        names = tuple("abc"[:classes])
        recordings.append(Recording(f"r{i}", f"p{i // 2}", data, ("x",), ("g",), 10.0, labels, names))
    return cut(recordings, length=8, step=step, test_groups=[f"p{p}" for p in range(n_people - official, n_people)])


def sides(parts: Split) -> list[Any]:
    return [side for side in (parts.train, parts.validation, parts.test) if len(side)]


@given(
    n_people=st.integers(3, 9),
    step=st.integers(1, 10),
    official=st.booleans(),
    test=st.floats(0.05, 0.6),
    validation=st.sampled_from([0.0, 0.2, 0.4]),
    seed=st.integers(0, 2**31 - 1),
)
def test_no_person_and_no_sample_is_on_two_sides(
    n_people: int, step: int, official: bool, test: float, validation: float, seed: int
) -> None:
    windows = make(n_people, step=step, official=1 if official else 0)
    kind = "official" if official else "by-person"
    try:
        parts = split(windows, SplitSpec(kind=kind, test=test, validation=validation, seed=seed))
    except SplitError as error:  # where so few people are left that nobody would train
        if n_people > 4 or "leaves nobody to train" not in str(error):
            raise
        return
    one, *others = sides(parts)
    for other in others:
        assert (leaks(windows, one, other).people, leaks(windows, one, other).samples) == (0, 0)
    assert leaks(windows, parts.validation, parts.test).people == 0
    every = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(every.tolist()) == list(range(len(windows)))
    assert len(parts.train)
    assert len(parts.test)
    assert bool(len(parts.validation)) == (validation > 0)


@given(st.integers(1, 5), st.integers(0, 2**31 - 1))
def test_random_leaks_and_says_so(n_people: int, seed: int) -> None:
    windows = make(n_people)
    parts = split(windows, SplitSpec(kind="random", seed=seed))
    shared = leaks(windows, parts.train, parts.test)
    assert shared.people > 0
    assert shared.samples > 0
    assert parts.kind == "random"
    assert protocol_of(windows, [parts]).leaky


def test_random_validation_leaks_but_not_into_the_test() -> None:
    windows = make(5)
    parts = split(windows, SplitSpec(kind="by-person", validation=0.3, validation_kind="random"))
    assert leaks(windows, parts.train, parts.validation).samples > 0
    assert leaks(windows, np.concatenate([parts.train, parts.validation]), parts.test).samples == 0
    assert "random training windows validate" in str(protocol_of(windows, [parts]))


@given(st.integers(1, 4), st.integers(1, 10), st.data())
def test_leaks_counts_like_sets(n_people: int, step: int, data: st.DataObject) -> None:
    windows = make(n_people, n_samples=20, step=step)
    which = st.lists(st.integers(0, len(windows) - 1), max_size=10) if len(windows) else st.just([])
    one, other = (np.array(data.draw(which), np.int64) for _ in range(2))

    def samples(index: Any) -> set[tuple[int, int]]:
        return {(int(windows.recording[i]), int(windows.start[i]) + k) for i in index for k in range(windows.length)}

    found = leaks(windows, one, other)
    assert found.samples == len(samples(one) & samples(other))
    assert found.people == len(set(windows.group[one]) & set(windows.group[other]))


def test_official_is_the_default_where_there_is_one() -> None:
    windows = make(4, official=2)
    parts = split(windows)
    assert set(windows.group[parts.test]) == {"p2", "p3"}
    assert str(protocol_of(windows, [parts])) == "official: 2 people train, 2 others are tested"
    assert split(make(4)).kind == "by-person"


def test_the_seed_decides_the_draw() -> None:
    windows = make(9)
    tested = [tuple(split(windows, SplitSpec(seed=seed)).test.tolist()) for seed in (0, 0, 1, 2, 3)]
    assert tested[0] == tested[1]
    assert len(set(tested)) > 1


def test_the_share_is_one_of_people() -> None:
    windows = make(10)
    assert len(set(windows.group[split(windows, SplitSpec(test=0.3)).test])) == 3
    assert len(set(windows.group[split(windows, SplitSpec(test=0.01)).test])) == 1


def refused(windows: Windows, **spec: Any) -> str:
    with pytest.raises(SplitError) as caught:
        split(windows, SplitSpec(**spec))
    text = str(caught.value)
    assert text.endswith(".")
    assert not text.endswith("..")
    assert "\n" not in text
    return text


def test_one_person_only_is_refused() -> None:
    assert "one person only (p0)" in refused(make(1))
    assert "one person only (p0)" in refused(make(1, official=1), kind="official")


def test_one_class_only_on_the_training_side_is_refused() -> None:
    windows = make(3, official=1)
    theirs = np.flatnonzero((windows.group == "p2") | (windows.y == 1))
    assert "training windows hold one class only (b)" in refused(windows.take(theirs))


def test_one_class_only_is_refused() -> None:
    assert "one class only (a)" in refused(make(3, classes=1))
    assert "one class only (a)" in refused(make(3, classes=1), kind="random")


def test_no_windows_at_all_are_refused() -> None:
    windows = make(3)
    assert "one class only (none)" in refused(windows.take(np.array([], np.int64)))


def test_a_share_that_leaves_nobody_to_train_is_refused() -> None:
    assert "test share of 0.9 of 3 people leaves nobody to train" in refused(make(3), test=0.9)
    assert "validation share of 0.5 of 1 people" in refused(make(2), validation=0.5)


def test_official_without_test_people_is_refused() -> None:
    assert "names no official test people" in refused(make(3), kind="official")
    windows = make(3, official=1)
    assert "0 of 2 are in these windows" in refused(windows.take(np.flatnonzero(windows.group != "p2")))
    assert "1 of 1 are in these windows" not in refused(windows.take(np.flatnonzero(windows.group == "p2")))


def test_a_random_share_that_cannot_be_drawn_is_refused() -> None:
    windows = make(2)
    few = windows.take(np.array([0, 1, len(windows) - 1]))
    assert "cannot be drawn" in refused(few, kind="random")
    assert "cannot be drawn" in refused(windows, kind="random", test=0.001)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), max_size=20))
def test_samples_are_numbered_once_each(at: list[tuple[int, int]]) -> None:
    n = len(at)
    recording, start = np.array(at, np.int64).reshape(n, 2).T
    windows = Windows(
        np.zeros((n, 3, 1), np.float32),
        recording * 0,
        np.full(n, "p"),
        recording,
        start,
        ("a", "b"),
        ("x",),
        ("",),
        ("c",),
        1.0,
    )
    covered = {(int(r), int(s) + i) for r, s in at for i in range(3)}
    found = leaks(windows, np.arange(n), np.arange(n))
    assert found.samples == len(covered)


def test_without_labels_columns_of_words_are_named_and_what_to_type() -> None:
    data = np.random.default_rng(0).normal(size=(40, 1)).astype(np.float32)
    unlabelled = cut([Recording("r", "p", data, ("x",), ("g",), 10.0, np.full(40, -1), ())], length=8)
    with pytest.raises(SplitError, match=r'no label was found.* \(--label NAME\).*--people-from "\{activity\}'):
        split(unlabelled)
    columns = [
        {"name": "what", "role": "left out", "why": "holds text, such as 'sit'"},
        {"name": "index", "role": "left out", "why": "numbers the rows"},
    ]
    reading = Reading(description={"columns": columns})
    with pytest.raises(SplitError, match=r"columns of words are 'what' \(holds text, such as 'sit'\): name"):
        split(replace(unlabelled, reading=reading))
