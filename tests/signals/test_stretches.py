"""Windows that came cut are put together again, and cut as they were give the very same windows."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from easy import easy_recordings
from stridenet.signals.stretches import stretches
from stridenet.signals.windows import Windows, cut


def sorted_windows(windows: Windows) -> list[tuple[str, int, bytes]]:
    x = np.asarray(windows.x)
    return sorted((str(g), int(y), one.tobytes()) for g, y, one in zip(windows.group, windows.y, x, strict=True))


@given(length=st.integers(2, 40), data=st.data())
def test_cut_again_they_are_the_same_windows(length: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(1, length))
    windows = cut(easy_recordings(2), length=length, step=step)
    shuffled = windows.take(np.random.default_rng(0).permutation(len(windows)))
    as_copies = replace(shuffled, x=np.asarray(shuffled.x))
    again = cut(stretches(as_copies), length=length, step=step)
    assert sorted_windows(again) == sorted_windows(windows)


def test_a_stretch_has_one_class_and_one_person() -> None:
    windows = cut(easy_recordings(3), length=16, step=8)
    found = stretches(windows)
    assert all(len(set(one.labels.tolist())) == 1 for one in found)
    assert {one.group for one in found} == set(windows.people)
    assert len({one.name for one in found}) == len(found)
