"""What a network's file must offer."""

from typing import Any, Protocol

from stridenet.spec import Preparation


class Prepare(Protocol):
    """Prepares a tensor of raw windows; ``None`` asks for the run's own preparation."""

    def __call__(self, x: Any, kind: Preparation | None = None) -> Any:
        """The prepared tensor, of the same shape."""


def as_it_is(x: Any, kind: Preparation | None = None) -> Any:
    """No preparation at all, whatever is asked for."""
    del kind
    return x
