from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from easy import easy_recordings
from stridenet.errors import DataError, SettingError
from stridenet.evaluation.splits import folds, split
from stridenet.evaluation.whole import starts_of, whole_of
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut
from stridenet.spec import SplitSpec


def recordings(n_people: int = 6) -> list[Recording]:
    """With a stretch that has no label, and one that is of two activities."""
    made = []
    for one in easy_recordings(n_people):
        labels = one.labels.copy()
        labels[40:100] = -1
        made.append(replace(one, labels=labels))
    return made


def windows_of(given: list[Recording]) -> Windows:
    return cut(given, length=16, step=8, labels="pure", test_groups=("p5", "p6"))


@given(n=st.integers(1, 300), length=st.integers(1, 60), step=st.integers(1, 60))
def test_windows_cover_every_sample(n: int, length: int, step: int) -> None:
    starts = starts_of(n, length, min(step, length))
    covered = np.zeros(n, bool)
    for start in starts:
        assert 0 <= start <= n - length
        covered[start : start + length] = True
    assert covered.all() == (n >= length)
    assert len(np.unique(starts)) == len(starts)


def test_every_window_of_the_people_tested_is_there_with_its_signal() -> None:
    given = recordings()
    windows = windows_of(given)
    tested = whole_of(windows, given).tested(windows, split(windows))
    assert set(tested.group) == {"p5", "p6"}
    assert len(tested) == 2 * len(starts_of(240, 16, 8)) > len(split(windows).test)
    for i in (0, 5, 30, len(tested) - 1):
        number, start = tested.recording[i], tested.start[i]
        np.testing.assert_array_equal(tested.x[i], given[number].data[start : start + 16])
    assert tested.places.signals[0].base is windows.places.signals[0].base  # nothing is copied
    assert (tested.y == -1).all()


def test_a_recording_without_a_labelled_window_is_there_too() -> None:
    given = recordings()
    given.append(replace(given[5], name="silent", data=given[5].data + 1, labels=np.full(240, -1)))
    windows = windows_of(given)
    tested = whole_of(windows, given).tested(windows, split(windows))
    assert {windows.recordings[i] for i in tested.recording} == {"r5", "r6", "silent"}


def test_folds_test_every_recording_once() -> None:
    given = recordings()
    windows = windows_of(given)
    made = folds(windows, SplitSpec(kind="by-person:3"))
    whole = whole_of(windows, given)
    whole.check(windows, made)
    assert sorted(number for one in made for number in whole.numbers(windows, one)) == list(range(6))


def test_a_recording_that_is_tested_and_was_not_given_is_named() -> None:
    given = recordings()
    windows = windows_of(given)
    with pytest.raises(SettingError, match=r"1 recordings that are tested \(such as 'r6'\) were not given"):
        whole_of(windows, given[:5]).check(windows, folds(windows))
    whole_of(windows, given[2:]).check(windows, folds(windows))  # those who train are not answered


def test_the_people_who_are_kept_have_their_own_recordings() -> None:
    given = recordings()
    some = windows_of(given)
    some = some.take(np.flatnonzero(np.isin(some.group, ["p3", "p5", "p6"])))
    tested = whole_of(some, [given[2], given[4], given[5]]).tested(some, split(some))
    assert {some.recordings[i] for i in tested.recording} == {"r5", "r6"}
    np.testing.assert_array_equal(tested.x[0], given[4].data[:16])


@pytest.mark.parametrize("kind", ["by-time", "random"])
def test_what_also_trains_cannot_be_answered_whole(kind: str) -> None:
    given = recordings()
    windows = windows_of(given)
    made = folds(windows, SplitSpec(kind=kind))
    with pytest.raises(SettingError, match=rf"the split '{kind}' also trains on parts of recordings that it tests"):
        whole_of(windows, given).check(windows, made)


def test_windows_alone_are_refused() -> None:
    given = recordings()
    windows = windows_of(given)
    pieces = [replace(one, data=one.data[:16], labels=one.labels[:16]) for one in given]
    for lacking in (None, pieces):
        with pytest.raises(SettingError, match=r"needs the recordings that windows were cut from.*use hapt in place"):
            whole_of(windows, lacking)


def test_others_recordings_are_refused_and_equal_ones_are_not() -> None:
    windows = windows_of(recordings())
    again = whole_of(windows, recordings())
    assert list(again.recordings) == list(range(6))
    others = [replace(one, data=one.data * 2) for one in recordings()]
    with pytest.raises(DataError, match="recording 'r1' is none of those that the windows were cut from"):
        whole_of(windows, others)


def test_other_labels_have_another_digest() -> None:
    given = recordings()
    windows = windows_of(given)
    other = [*given[:-1], replace(given[-1], labels=np.where(np.arange(240) == 50, 0, given[-1].labels))]
    assert whole_of(windows, given).digest == whole_of(windows, recordings()).digest
    assert whole_of(windows, given).digest != whole_of(windows, other).digest
