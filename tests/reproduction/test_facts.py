from collections.abc import Callable

import numpy as np
import pytest

from stridenet.models import build as models
from stridenet.reference.convolution import conv1d
from stridenet.reference.recovery import recover_filter
from stridenet.reproduction import facts
from stridenet.reproduction.records import Checked


@pytest.mark.parametrize(
    "check",
    [
        facts.b1_layers,
        facts.c2_positions,
        facts.d1_steps,
        facts.d2_one_filter,
        facts.d3_two_channels,
        facts.d4_two_filters,
        facts.d5_lengths,
    ],
)
def test_nothing_differs(check: Callable[[], Checked]) -> None:
    found = check()
    assert found.facts
    for fact in found.facts:
        assert fact.verdict == "agrees" or fact.verdict.startswith("cannot be compared: ")


def test_b1_is_the_documents_table() -> None:
    rows = [fact.ours for fact in facts.b1_layers().facts]
    assert rows[1:7:1] == [
        "(71, 100), 3,100",
        "(62, 100), 100,100",
        "(20, 100), 0",
        "(11, 160), 160,160",
        "(2, 160), 256,160",
        "(160,), 0",
    ]
    assert rows[-2:] == ["(6,), 966", "520,486"]


def test_b1_notices_another_network(monkeypatch: pytest.MonkeyPatch) -> None:
    build = models.build
    monkeypatch.setattr(models, "build", lambda name, **given: build(name, settings={"pool_size": 2}, **given))
    verdicts = [fact.verdict for fact in facts.b1_layers().facts]
    assert verdicts[3] == "differs"
    assert verdicts[0] == verdicts[-1] == "agrees"  # pooling has no parameters


def test_d1_shows_the_products() -> None:
    assert facts.d1_steps().listing[:3] == [
        "[0 3] * [1 2] = [0 6] -> 6",
        "[3 4] * [1 2] = [3 8] -> 11",
        "[4 5] * [1 2] = [4 10] -> 14",
    ]


def test_d3_another_filter_fits_as_well() -> None:
    found = recover_filter(facts._TWO_CHANNELS, facts._TWO_CHANNELS_OUT, kernel_size=2)
    data = np.array([facts._TWO_CHANNELS], dtype=np.float64)
    np.testing.assert_allclose(conv1d(data, found.minimum_norm).ravel(), facts._TWO_CHANNELS_OUT)
    assert "rank 3 < 4" in facts.d3_two_channels().facts[2].ours


def test_d2_lists_every_20_steps() -> None:
    assert [line[:10] for line in facts.d2_one_filter().listing] == [f"step {n:4}:" for n in range(0, 201, 20)]
