import pytest

from stridenet.evaluation.history import best_epoch, parting

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("values", "name", "best"),
    [
        ([1.0, 0.5, NAN], "loss", 2),
        ([NAN, 0.5, 0.4], "val_loss", 3),
        ([0.5, INF, 0.4], "accuracy", 1),
        ([0.5, -INF, 0.4], "loss", 3),
        ([NAN, NAN], "loss", 1),
    ],
)
def test_what_is_no_number_is_never_the_best(values: list[float], name: str, best: int) -> None:
    assert best_epoch(values, name) == best


@pytest.mark.parametrize("lost", ["loss", "val_loss"])
def test_a_training_that_diverged_does_not_over_fit(lost: str) -> None:
    curves = {"loss": [1.0, 0.5, 0.2], "val_loss": [1.0, 0.8, 1.2], "accuracy": [0.5] * 3, "val_accuracy": [0.5] * 3}
    assert parting(curves)
    assert parting(curves | {lost: [1.0, 0.5, NAN]}) is None
