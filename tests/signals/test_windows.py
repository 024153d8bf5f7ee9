from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stridenet.errors import DataError, SettingError, SplitError, UnknownNameError
from stridenet.evaluation.splits import split
from stridenet.signals.recording import UNLABELLED, Recording
from stridenet.signals.windows import LabelRule, Windows, cut


def make(labels: list[int], name: str = "r", group: str = "p", first: int = 0, n_classes: int = 3) -> Recording:
    """A recording whose values number the samples of all recordings."""
    n = len(labels)
    data = np.arange(first, first + n, dtype=np.float32)[:, None] * [1, -1]
    classes = tuple("abc"[:n_classes])
    return Recording(
        name, group, data.astype(np.float32), ("x", "y"), ("g", "g"), 10.0, np.array(labels, np.int64), classes
    )


@st.composite
def recordings(draw: st.DrawFn) -> list[Recording]:
    made: list[Recording] = []
    first = 0
    for i in range(draw(st.integers(1, 4))):
        runs = draw(st.lists(st.tuples(st.integers(UNLABELLED, 2), st.integers(1, 9)), min_size=1, max_size=6))
        labels = [label for label, n in runs for _ in range(n)]
        made.append(make(labels, f"r{i}", f"p{draw(st.integers(1, 3))}", first))
        first += len(labels)
    return made


sizes = st.fixed_dictionaries({"length": st.integers(1, 9), "step": st.integers(1, 12)})
rules = st.fixed_dictionaries({"labels": st.sampled_from(["majority", "end", "pure"]), "purity": st.floats(0, 1)})


def cut_or_none(made: list[Recording], **how: Any) -> Windows | None:
    """None where no recording is long enough, which must be an error then and only then."""
    if max(r.n_samples for r in made) >= how["length"]:
        return cut(made, **how)
    with pytest.raises(DataError, match="is longer than every recording"):
        cut(made, **how)
    return None


@given(recordings(), sizes, rules)
def test_every_window_is_a_piece_of_its_recording(
    made: list[Recording], size: dict[str, int], rule: dict[str, Any]
) -> None:
    windows = cut_or_none(made, **size, **rule)
    for i in range(len(windows) if windows else 0):
        assert windows
        source = made[windows.recording[i]]
        first, last = windows.start[i], windows.start[i] + size["length"]
        assert first >= 0
        assert last <= source.n_samples  # so no window crosses recordings
        np.testing.assert_array_equal(windows.x[i], source.data[first:last])
        assert windows.group[i] == source.group
        assert windows.recordings[windows.recording[i]] == source.name


@given(recordings(), sizes, rules)
def test_counts_add_up(made: list[Recording], size: dict[str, int], rule: dict[str, Any]) -> None:
    windows = cut_or_none(made, **size, **rule)
    if windows is None:
        return
    length, step = size["length"], size["step"]
    long_enough = [r.n_samples for r in made if r.n_samples >= length]
    possible = sum((n - length) // step + 1 for n in long_enough)
    assert len(windows) + windows.dropped["mixed"] + windows.dropped["unlabelled"] == possible
    assert windows.dropped["short_recordings"] == len(made) - len(long_enough)
    assert windows.dropped["tail_samples"] == sum((n - length) % step for n in long_enough)


def naive_label(labels: list[int], rule: LabelRule, purity: float) -> int:
    """The window's class, or -1 for no label, or -2 for several."""
    if rule == "end":
        return labels[-1]
    counts = [labels.count(c) for c in range(3)]
    best = max(counts)
    if labels.count(UNLABELLED) >= max(best, 1):
        return -1
    if best < (len(labels) if rule == "pure" else purity * len(labels)):
        return -2
    return counts.index(best)


@given(recordings(), sizes, rules)
def test_labels_are_those_of_a_plain_loop(made: list[Recording], size: dict[str, int], rule: dict[str, Any]) -> None:
    windows = cut_or_none(made, **size, **rule)
    if windows is None:
        return
    expected, dropped = [], {-1: 0, -2: 0}
    for r in made:
        for first in range(0, r.n_samples - size["length"] + 1, size["step"]):
            label = naive_label(r.labels[first : first + size["length"]].tolist(), rule["labels"], rule["purity"])
            if label < 0:
                dropped[label] += 1
            else:
                expected.append(label)
    assert windows.y.tolist() == expected
    assert (windows.dropped["unlabelled"], windows.dropped["mixed"]) == (dropped[-1], dropped[-2])


@given(recordings(), sizes, st.data())
def test_without_overlap_holds_each_covered_sample_once(
    made: list[Recording], size: dict[str, int], data: st.DataObject
) -> None:
    windows = cut_or_none(made, **size, labels="end")
    if windows is None:
        return
    n = len(windows)
    index = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=2 * n) if n else st.just([])), np.int64)
    for some in (windows, windows.take(index)):  # in any order, with gaps and repetitions
        covered = np.unique(some.x[:, :, 0])
        once = some.without_overlap()
        assert once.shape == (len(covered), 2)
        assert sorted(once[:, 0].tolist()) == covered.tolist()
        np.testing.assert_array_equal(once[:, 1], -once[:, 0])


def test_a_single_recording_gives_a_view() -> None:
    r = make([0] * 50)
    windows = cut([r], length=8, step=3)
    assert np.shares_memory(windows.places.signals[0], r.data)
    assert len(windows) == 15


def test_dropped_ends_still_give_a_view() -> None:
    r = make([UNLABELLED] * 20 + [0] * 30 + [UNLABELLED] * 20)
    windows = cut([r], length=8, step=4)
    assert windows.dropped["unlabelled"] > 0
    assert np.shares_memory(windows.places.signals[0], r.data)


def test_float64_becomes_float32() -> None:
    r = Recording("r", "p", np.zeros((9, 1)), ("x",), ("g",), 10.0, np.zeros(9, int), ("a",))
    assert cut([r], length=4).x.dtype == np.float32


def test_seconds_are_samples_over_the_rate() -> None:
    r = make([0] * 100)
    one, other = cut([r], length_s=2.0, step_s=0.5), cut([r], length=20, step=5)
    np.testing.assert_array_equal(one.x, other.x)
    assert one.length == 20
    assert one.length_s == 2.0


def test_the_step_is_half_the_length_unless_given() -> None:
    assert cut([make([0] * 20)], length=8).start.tolist() == [0, 4, 8, 12]
    assert cut([make([0] * 3)], length=1).start.tolist() == [0, 1, 2]


def test_a_short_recording_is_counted() -> None:
    windows = cut([make([0] * 20), make([0] * 3, "short")], length=8)
    assert windows.dropped["short_recordings"] == 1
    assert windows.recordings == ("r", "short")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"length": 0}, "length=0 is 0 samples at 10 Hz: it must be at least one sample"),
        ({"length": -5}, "length=-5"),
        ({"length": 4, "step": 0}, "step=0"),
        ({"length": 4, "step": -1}, "step=-1"),
        ({"length_s": 0.0}, "length_s=0.0"),
        ({"length_s": 0.04}, "length_s=0.04 is 0 samples"),
        ({"length_s": float("nan")}, "length_s=nan"),
        ({"length_s": float("inf")}, "length_s=inf"),
        ({}, "give length in samples or length_s in seconds, one of the two"),
        ({"length": 4, "length_s": 1.0}, "one of the two"),
        ({"length": 4, "step": 2, "step_s": 1.0}, "one of the two"),
        ({"length": 4, "purity": 1.5}, "purity is 1.5"),
        ({"length": 4, "step_s": 1e300}, "it must be at most"),
        ({"length_s": 1e300}, "it must be at most"),
        ({"length": 4, "step": 10**30}, "it must be at most"),
        ({"length": 4, "purity": float("nan")}, "purity is nan"),
    ],
)
def test_refuses_sizes_that_are_none(how: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message) as caught:
        cut([make([0] * 20)], **how)
    assert str(caught.value).endswith(".")


def test_refuses_an_unknown_rule_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'majority'"):
        cut([make([0] * 20)], length=4, labels="major")  # type: ignore[arg-type]


def test_refuses_a_window_longer_than_every_recording() -> None:
    with pytest.raises(DataError, match=r"21 samples \(2.1 s\) is longer .* 'long' with 20 samples \(2 s\)"):
        cut([make([0] * 5), make([0] * 20, "long")], length=21)


def test_refuses_recordings_that_differ() -> None:
    with pytest.raises(DataError, match="'b' has classes"):
        cut([make([0] * 9, "a"), make([0] * 9, "b", n_classes=2)], length=4)
    with pytest.raises(DataError, match="no recordings"):
        cut([], length=4)


def test_refuses_arrays_that_do_not_fit_together(easy: Windows) -> None:
    def windows(**changes: Any) -> Windows:
        parts = {name: getattr(easy, name) for name in Windows.__slots__}
        return Windows(**(parts | changes))

    assert len(windows()) == len(easy)
    with pytest.raises(DataError, match=r"\(window, time, channel\), found shape .* cut"):
        windows(x=easy.x[0])
    with pytest.raises(DataError, match="group has shape"):
        windows(group=easy.group[1:])
    with pytest.raises(DataError, match="2 channels, but 1 channel names"):
        windows(channels=("x",))
    with pytest.raises(DataError, match=r"y holds float64 and counts from 0, so it needs whole numbers; .*from_arrays"):
        windows(y=easy.y / 2)
    with pytest.raises(DataError, match="y goes from 1 to 3, and there are 3 names of it; they count from 0"):
        windows(y=easy.y + 1)
    with pytest.raises(DataError, match="recording goes from 7 to 12, and there are 6 names"):
        windows(recording=easy.recording + 7)
    with pytest.raises(DataError, match=r"comes twice in classes \(walk, walk, run\)"):
        windows(classes=("walk", "walk", "run"))


def test_people_are_text_whatever_they_are_called_by(easy: Windows) -> None:
    numbers = np.array([int(name[1:]) for name in easy.group])
    changed = replace(easy, group=numbers, y=easy.y.tolist(), test_groups=(5, 6))  # type: ignore[arg-type]
    assert changed.people == ("1", "2", "3", "4", "5", "6")
    assert set(changed.take(split(changed).test).people) == {"5", "6"} == set(changed.test_groups)
    mixed = np.array([1, "1", 2.0, "anna"], object)[numbers % 4]
    assert replace(easy, group=mixed, test_groups=()).people == ("1", "2", "anna")


def test_windows_without_a_label_are_not_divided(easy: Windows) -> None:
    with pytest.raises(SplitError, match=r"60 of 174 windows have no label \(y is -1\); leave them out, as in"):
        split(replace(easy, y=easy.y - 1))


def test_people_with_numbers_come_in_the_order_of_their_value() -> None:
    windows = cut([make([0] * 9, f"r{p}", p) for p in ("10", "9", "1", "9")], length=4)
    assert windows.people == ("1", "9", "10")


@settings(max_examples=30)
@given(st.lists(st.integers(0, 15), max_size=30))
def test_take_keeps_what_belongs_together(index: list[int]) -> None:
    windows = cut([make([0] * 40, "a", "1"), make([1] * 40, "b", "2", 40)], length=8)
    some = windows.take(np.array(index, np.int64))
    for name in ("x", "y", "group", "recording", "start"):
        np.testing.assert_array_equal(getattr(some, name), getattr(windows, name)[np.array(index, np.int64)])
    assert np.shares_memory(some.places.signals[0], windows.places.signals[0])


def test_windows_are_shown_in_a_few_lines(easy: Windows) -> None:
    shown = repr(easy)
    assert shown.startswith(f"Windows: {len(easy)}\n")
    assert "16 samples, 0.8 s at 20 Hz" in shown
    assert "x, y [g]" in shown
    assert "6: p1, p2" in shown
    assert len(shown) < 1000
    assert "<table>" in easy._repr_html_()
    assert repr(easy.take(np.arange(0))).startswith("Windows: 0\n")


@pytest.mark.parametrize("step", [1, 3, 40])
def test_labels_are_the_same_in_blocks(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.random.default_rng(0).integers(-1, 2, 300)
    one = Recording("r", "p", np.zeros((300, 1)), ("x",), ("g",), 10.0, labels, ("a", "b"))
    whole = cut([one], length=11, step=step)
    monkeypatch.setattr("stridenet.signals.windows._SAMPLES", 20)
    blocks = cut([one], length=11, step=step)
    assert blocks.y.tolist() == whole.y.tolist()
    assert blocks.dropped == whole.dropped
