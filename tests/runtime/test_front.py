import numpy as np
import pytest

from stridenet_runtime.chain import Chain
from stridenet_runtime.front import Front

RNG = np.random.default_rng(0)


def test_without_filters_rows_are_samples_in_single_precision() -> None:
    x = RNG.normal(size=(10, 4))
    front = Front(4)
    np.testing.assert_array_equal(front.push(x), x.astype(np.float32))
    assert front.flush().shape == (0, 4)
    assert front.n_rows == 4


def test_filters_begin_anew_after_what_is_missing() -> None:
    x = RNG.normal(size=(100, 6))
    x[[40, 41, 99], [0, 2, 5]] = np.nan
    front = Front(6, "uci-har")
    rows = np.concatenate([front.push(x[:45]), front.push(x[45:]), front.flush()])
    for first, behind in ((0, 40), (42, 99)):
        chain = Chain()
        alone = np.concatenate([chain.push(x[first:behind]), chain.flush()])
        np.testing.assert_array_equal(rows[first:behind], alone.astype(np.float32))
    assert np.isnan(rows[[40, 41, 99]]).all()
    assert rows.shape == (100, 9)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 1e39])
def test_what_no_single_precision_holds_is_missing(value: float) -> None:
    assert np.isnan(Front(2).push(np.array([[1.0, value]]))).all()


def test_other_filters() -> None:
    with pytest.raises(ValueError, match="no filters 'low'; known: none, uci-har"):
        Front(3, "low")
