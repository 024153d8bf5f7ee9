import contextlib
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stridenet_runtime.answers import InputError, Task
from stridenet_runtime.predictor import Predictor
from stridenet_runtime.smoothing import parsed
from stridenet_runtime.stream import Answer, StreamingPredictor

RNG = np.random.default_rng(0)
CLASSES = ("lie", "sit", "walk")
PLAIN = Task(16, 8, 50.0, CLASSES, ("x", "y"), ("g", "g"), threshold=0.36)
FILTERED = Task(16, 8, 50.0, CLASSES, tuple("abcdef"), ("g",) * 3 + ("rad/s",) * 3, filters="uci-har")
WEIGHTS = {n: RNG.normal(size=(n, 3)) for n in (2, 9)}


def model(task: Task = PLAIN) -> Predictor:
    """A soft choice by the means of a window's channels."""

    def said(windows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        raised = np.exp(windows.mean(axis=1, dtype=np.float64) @ WEIGHTS[windows.shape[2]])
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    return Predictor(said, task=task, threads=1)


def signal(n: int, task: Task = PLAIN, missing: int = 0) -> npt.NDArray[np.float64]:
    x = RNG.normal(size=(n, len(task.channels))) * 2
    x[RNG.integers(0, max(1, n), missing if n else 0), 0] = np.nan
    return x


def in_chunks(stream: StreamingPredictor, x: npt.NDArray[Any], sizes: list[int]) -> list[Answer]:
    answers, at = list[Answer](), 0
    for size in [*sizes, len(x)]:
        answers += stream.push(x[at : at + size])
        at += size
    return answers + stream.flush()


@settings(deadline=None)
@given(
    st.integers(0, 300),
    st.lists(st.integers(0, 60), max_size=12),
    st.integers(1, 40),
    st.integers(0, 3),
    st.sampled_from([PLAIN, FILTERED]),
    st.sampled_from(["none", "majority", "hysteresis", "minimum-duration"]),
)
def test_any_chunks_give_what_the_whole_recording_gives(
    n: int, sizes: list[int], step: int, missing: int, task: Task, smoothing: str
) -> None:
    x = signal(n, task, missing)
    whole = model(task).recording(x, step=step, smoothing=smoothing)
    live = in_chunks(StreamingPredictor(model(task), step=step, smoothing=smoothing), x, sizes)
    assert [answer.label for answer in live] == whole.names()
    np.testing.assert_allclose([answer.begin for answer in live], whole.start / 50, atol=1e-9)
    np.testing.assert_allclose([answer.end for answer in live], (whole.start + 16) / 50, atol=1e-9)
    if smoothing == "none":
        best = whole.probability.max(axis=1) if len(live) else np.zeros(0)
        np.testing.assert_allclose([answer.probability for answer in live], best, rtol=1e-6)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.sampled_from([PLAIN, FILTERED]))
def test_a_state_goes_on_where_it_was(sizes: list[int], task: Task) -> None:
    x = signal(200, task, 2)
    straight = StreamingPredictor(model(task), smoothing="majority")
    live, answers, at = StreamingPredictor(model(task), smoothing="majority"), list[Answer](), 0
    for size in [*sizes, 200]:
        answers += live.push(x[at : at + size])
        at += size
        other = StreamingPredictor(model(task), smoothing="majority")
        other.restore(live.state)
        live = other
    expected = in_chunks(straight, x, sizes)
    assert [repr(one) for one in answers + live.flush()] == [repr(one) for one in expected]
    assert live.report()["windows"] == straight.report()["windows"]


def test_a_state_in_a_file(tmp_path: Path) -> None:
    stream = StreamingPredictor(model())
    stream.push(signal(20))
    stream.save(tmp_path / "state.npz")
    other = StreamingPredictor(model())
    other.load(tmp_path / "state.npz")
    x = signal(20)
    assert other.push(x) == stream.push(x)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"step": 4}, "the state has step 8, but this stream 4"),
        ({"smoothing": "majority"}, "the state has smoothing"),
    ],
)
def test_a_state_of_another_stream(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        StreamingPredictor(model(), **change).restore(StreamingPredictor(model()).state)


def test_a_damaged_state(tmp_path: Path) -> None:
    state = StreamingPredictor(model()).state
    with pytest.raises(InputError, match="the state is damaged"):
        StreamingPredictor(model()).restore(state | {"held": np.zeros(3)})
    (tmp_path / "state.npz").write_bytes(b"nothing")
    with pytest.raises(InputError, match="no saved state"):
        StreamingPredictor(model()).load(tmp_path / "state.npz")


def test_a_saved_state_that_is_cut_or_changed(tmp_path: Path) -> None:
    path, live = tmp_path / "state.npz", StreamingPredictor(model())
    live.save(path)
    whole = path.read_bytes()
    spoilt = [whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    for content in [whole[: len(whole) // 2], *spoilt]:
        path.write_bytes(content)
        with contextlib.suppress(InputError):  # a zip's times, among others, are checked by nothing
            live.load(path)
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(InputError, match="no saved state of a stream"):
        live.load(tmp_path / "one.npy")
    with pytest.raises(FileNotFoundError):
        live.load(tmp_path / "none.npz")


def test_a_gap_begins_anew() -> None:
    x, stream = signal(60), StreamingPredictor(model())
    at = np.arange(60) / 50
    at[30:] += 1.0
    answers = stream.push(x, at) + stream.flush()
    assert [round(answer.begin * 50) for answer in answers] == [0, 8, 80, 88]
    apart = [model().recording(part).probability.max(axis=1) for part in (x[:30], x[30:])]
    np.testing.assert_allclose([answer.probability for answer in answers], np.concatenate(apart), rtol=1e-6)
    assert stream.report()["gaps"] == 1


def test_a_gap_of_filters_begins_anew_as_well() -> None:
    x, at = signal(90, FILTERED), np.arange(90) / 50
    at[40:] += 0.1
    stream = StreamingPredictor(model(FILTERED))
    answers = [one for i in range(0, 90, 7) for one in stream.push(x[i : i + 7], at[i : i + 7])] + stream.flush()
    apart = [model(FILTERED).recording(part).probability.max(axis=1) for part in (x[:40], x[40:])]
    np.testing.assert_allclose([answer.probability for answer in answers], np.concatenate(apart), rtol=1e-6)


@given(st.lists(st.integers(0, 79), max_size=20), st.integers(1, 20))
def test_repeated_and_out_of_order_samples_are_left_out(again: list[int], size: int) -> None:
    x, at = signal(80), np.arange(80) / 50
    order = np.sort(np.concatenate([np.arange(80), np.array(again, int)]))
    order = np.concatenate([[row, max(0, row - 3)] if row in again else [row] for row in order.tolist()])
    stream = StreamingPredictor(model())
    parts = [stream.push(x[order[i : i + size]], at[order[i : i + size]]) for i in range(0, len(order), size)]
    answers = [one for part in parts for one in part]
    expected = StreamingPredictor(model()).push(x, at)
    assert [one[:4] for one in answers] == [one[:4] for one in expected]
    counts = stream.report()
    assert counts["samples"] == 80
    assert counts["repeated"] + counts["out_of_order"] == len(order) - 80


def test_a_time_that_is_none_is_left_out() -> None:
    stream = StreamingPredictor(model())
    stream.push(signal(3), [0.0, np.nan, np.inf])
    assert stream.report()["out_of_order"] == 2


def test_a_missing_value_is_unknown_and_counted() -> None:
    x, stream = signal(48), StreamingPredictor(model(dataclasses.replace(PLAIN, threshold=0.0)))
    x[20, 1] = np.nan
    answers = stream.push(x)
    assert [answer.label == "unknown" for answer in answers] == [False, True, True, False, False]
    assert answers[1].plain()["probability"] is None
    counts = stream.report()
    assert (counts["missing"], counts["unknown"], counts["windows"]) == (1, 2, 5)


def test_below_the_threshold_it_is_unknown() -> None:
    stream = StreamingPredictor(model(dataclasses.replace(PLAIN, threshold=1.0)))
    assert {answer.label for answer in stream.push(signal(100))} == {"unknown"}


def test_the_time_of_the_first_sample_holds_for_all_that_are_pushed() -> None:
    x, stream = signal(5000), StreamingPredictor(model())
    stream.push(x, 0.0)
    assert stream.push(x, 0.0) == []
    assert stream.report()["samples"] == 5000


def test_lag_is_what_came_after_the_window() -> None:
    stream = StreamingPredictor(model())
    lags = [answer.lag for answer in stream.push(signal(24))]
    assert lags == pytest.approx([8 / 50, 0.0])
    waiting = StreamingPredictor(model(FILTERED))
    assert [answer.lag for row in signal(30, FILTERED) for answer in waiting.push(row)] == pytest.approx([0.02, 0.02])


def test_the_rate_that_was_seen_is_told() -> None:
    stream = StreamingPredictor(model(), gap=1.0)
    stream.push(signal(100), np.arange(100) / 40)
    assert stream.report()["rate_hz"] == pytest.approx(40)
    assert stream.report()["longest_latency_s"] >= stream.report()["latency_s"] > 0


def test_memory_does_not_grow() -> None:
    stream = StreamingPredictor(model(FILTERED), step=64)
    for _ in range(20):
        stream.push(np.zeros((50_000, 6), np.float32))
        assert stream.report()["held_samples"] <= 16
        assert len(stream.state["times"]) <= 17
    assert stream.report()["samples"] == 1_000_000


@pytest.mark.parametrize(
    ("samples", "time", "words"),
    [
        (np.zeros((3, 5)), None, r"takes samples of \(time, 2\): x, y"),
        (np.zeros((3, 2)), [0.0], "times of shape"),
        (np.array([["a", "b"]]), None, "takes samples"),
    ],
)
def test_what_is_refused(samples: npt.NDArray[Any], time: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        StreamingPredictor(model()).push(samples, time)


@pytest.mark.parametrize("name", ["majority", "minimum-duration"])
@pytest.mark.parametrize("windows", ["1e400", "nan", "1e300", "0", "2.5"])
def test_windows_of_smoothing_that_cannot_be(name: str, windows: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: windows is .*; it must be a whole number from 1 to"):
        parsed(f"{name}:windows={windows}")


def test_a_recording_of_no_samples_has_no_answers() -> None:
    answers = model().recording(signal(0))
    labels, scores = answers.samples()
    assert (labels.shape, scores.shape, answers.events(), answers.names()) == ((0,), (0, 3), [], [])


@pytest.mark.parametrize("step", [0, 1.5, float("nan"), float("inf")])
def test_a_step_that_is_no_number_of_samples_is_refused_at_once(step: Any) -> None:
    with pytest.raises(InputError, match="whole number"):
        StreamingPredictor(model(), step=step)
    with pytest.raises(InputError, match="whole number"):
        model().recording(signal(40), step=step)
