from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from programs import small
from stridenet.evaluation.timeline import timelines
from stridenet.signals.recording import Recording
from stridenet_runtime.answers import Answers, InputError, Task, shown, tempered, voted
from stridenet_runtime.numpy_engine import NumpySession
from stridenet_runtime.predictor import Predictor

RNG = np.random.default_rng(0)
TASK = Task(8, 4, 50.0, ("lie", "sit", "walk"), ("x", "y"), ("g", "g"))


def predictor(task: Task = TASK, *, shared: bool = False, **options: Any) -> Predictor:
    made = Predictor(NumpySession(small()), task=task, **options)
    made.program = small() if shared else None
    return made


def signal(n: int = 200) -> npt.NDArray[np.float64]:
    return RNG.normal(size=(n, 2))


def test_windows_have_probabilities_and_a_missing_value_has_none() -> None:
    x = RNG.normal(size=(5, 8, 2))
    x[3, 0, 0] = np.nan
    said = predictor().probabilities(x)
    np.testing.assert_allclose(said[[0, 1, 2, 4]], NumpySession(small())(x[[0, 1, 2, 4]].astype(np.float32)), rtol=1e-5)
    assert np.isnan(said[3]).all()


@pytest.mark.parametrize("shape", [(2, 7, 2), (8, 2), (1, 8, 3)])
def test_other_windows(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"takes windows of \(window, 8, 2\)"):
        predictor().probabilities(np.zeros(shape))


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("step", [1, 3, 4, 8, 20])
def test_a_recording_is_its_windows(shared: bool, step: int) -> None:
    x = signal()
    x[50, 1] = np.nan
    told: list[float] = []
    answers = predictor(shared=shared).recording(x, step=step, progress=told.append)
    starts = range(0, 193, step)
    assert answers.start.tolist() == list(starts)
    expected = predictor().probabilities(np.stack([x[i : i + 8] for i in starts]))
    np.testing.assert_allclose(answers.probability, expected, rtol=1e-4, atol=1e-6)
    assert answers.n_missing == sum(i <= 50 < i + 8 for i in starts)
    assert told == sorted(told)
    assert told[-1] <= 1


@pytest.mark.parametrize("threads", [1, 3])
def test_a_long_recording_goes_through_in_parts(threads: int) -> None:
    x = signal(100_000)
    answers = predictor(threads=threads).recording(x, step=50)
    seen = np.lib.stride_tricks.sliding_window_view(x, 8, axis=0)[::50].swapaxes(1, 2)
    np.testing.assert_allclose(answers.probability, predictor().probabilities(seen), rtol=1e-4, atol=1e-6)


def test_a_short_recording_has_no_answer() -> None:
    answers = predictor().recording(signal(7))
    assert len(answers.start) == 0
    assert answers.samples()[0].tolist() == [-1] * 7
    assert [(event.label, event.end) for event in answers.events()] == [("unknown", 0.14)]


def test_samples_are_the_timelines_of_the_evaluation() -> None:
    x = signal(102)
    x[50] = np.nan
    answers = predictor().recording(x)
    labels, scores = answers.samples()
    zeros = np.zeros(102, int)
    source = Recording("r", "anna", np.zeros((102, 2)), ("x", "y"), ("g", "g"), 50.0, zeros, TASK.classes)
    (line,) = timelines(answers.probability, np.zeros(len(answers.start), int), answers.start, 8, [source])
    assert labels.tolist() == line.predicted.tolist()
    np.testing.assert_allclose(scores, line.probability, rtol=1e-5)


def test_events_are_runs_of_samples() -> None:
    x = signal(102)
    x[50] = np.nan
    answers = predictor(replace(TASK, threshold=0.5)).recording(x)
    labels, scores = answers.samples()
    events = answers.events()
    again = np.concatenate([[name] * round((end - begin) * 50) for begin, end, name, _ in events])
    assert again.tolist() == answers.names(labels)
    assert all(a.label != b.label and a.end == b.begin for a, b in pairwise(events))
    first = events[0]
    assert first.probability == pytest.approx(np.nanmean(scores[: round(first.end * 50)].max(axis=1)), rel=1e-4)


def test_an_unsure_answer_is_unknown_and_counted() -> None:
    sure = predictor().recording(signal(400))
    threshold = float(np.median(sure.probability.max(axis=1)))
    unsure = Answers(sure.start, sure.probability, 400, sure.task, shown(sure.probability, threshold))
    assert unsure.n_unsure == (sure.probability.max(axis=1) < np.float32(threshold)).sum() > 0
    assert unsure.names().count("unknown") == unsure.n_unsure


def test_smoothed_windows_name_the_samples() -> None:
    x = signal(2000)
    plain, smoothed = predictor().recording(x), predictor().recording(x, smoothing="minimum-duration", windows=6)
    assert len(smoothed.events()) < len(plain.events()) / 2
    assert set(smoothed.samples()[0].tolist()) <= {0, 1, 2}


def test_a_temperature_softens() -> None:
    x = RNG.normal(size=(5, 8, 2))
    plain, soft = (predictor(replace(TASK, temperature=t)).probabilities(x) for t in (1.0, 3.0))
    np.testing.assert_allclose(soft, tempered(plain, 3.0))
    assert (soft.max(axis=1) < plain.max(axis=1)).all()
    assert (soft.argmax(axis=1) == plain.argmax(axis=1)).all()


def test_models_vote_by_their_mean() -> None:
    x = signal()
    one = predictor().recording(x)
    other = Answers(one.start, one.probability[:, ::-1], 200, one.task, one.labels)
    both = voted([one, other])
    np.testing.assert_allclose(both.probability, (one.probability + one.probability[:, ::-1]) / 2)
    assert both.labels.tolist() == both.probability.argmax(axis=1).tolist()
    assert voted([one]) is one


def test_models_that_cannot_vote() -> None:
    x = signal()
    one = predictor().recording(x)
    with pytest.raises(InputError, match="must have the same classes"):
        voted([one, replace(one, task=replace(TASK, classes=("a", "b", "c")))])
    with pytest.raises(InputError, match="must look at the same windows"):
        voted([one, predictor().recording(x, step=3)])


def test_other_channels_and_steps() -> None:
    with pytest.raises(InputError, match=r"takes 2 channels \(x, y\)"):
        predictor().recording(np.zeros((20, 3)))
    with pytest.raises(InputError, match="must be a whole number from 1"):
        predictor().recording(signal(), step=-1)
