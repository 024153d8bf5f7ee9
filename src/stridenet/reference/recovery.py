"""Learns the filter that turned one signal into another, and says whether it is the only one."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError, SettingError, unknown_name
from stridenet.reference.convolution import Padding, conv1d_output_length, patches, whole_number
from stridenet.reference.trace import finite_array

Loss = Literal["mae", "mse"]

# Adam as Kingma and Ba (2015) and Keras set it
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class RecoveredFilter:
    """A learned filter beside the exact one.

    Args:
        kernel: shape (kernel_size, channel, filter), as learned.
        minimum_norm: the same shape: the least squares solution, of all equally good ones the one with the smallest sum
            of squares.
        history: shape (record, kernel_size, channel, filter), the weights at each of ``recorded_at``.
        recorded_at: shape (record,), steps done; the first is 0, the random start.
        residual: mean absolute error of ``kernel``.
        minimum_norm_residual: mean absolute error of ``minimum_norm``.
        solvable: whether a filter gives the output exactly, to float32 rounding (1e-5 of the largest sum).
        n_equations: output samples, the equations for each filter.
        n_unknowns: kernel_size times channels, the unknowns of each filter.
        rank: of the linear system, how many unknowns the equations can tell apart.
    """

    kernel: npt.NDArray[np.float64]
    minimum_norm: npt.NDArray[np.float64]
    history: npt.NDArray[np.float64]
    recorded_at: npt.NDArray[np.int64]
    residual: float
    minimum_norm_residual: float
    solvable: bool
    n_equations: int
    n_unknowns: int
    rank: int

    @property
    def unique(self) -> bool:
        """Whether the equations tell all unknowns apart, so that only one filter fits best."""
        return self.rank == self.n_unknowns

    def explain(self) -> str:
        """One sentence: how many equations and unknowns, and what follows for the filter that was learned."""
        counts = f"{self.n_equations} equations, {self.n_unknowns} unknowns"
        if self.kernel.shape[2] > 1:
            counts = f"for each of {self.kernel.shape[2]} filters {counts}"
        if not self.solvable:
            many = "one is" if self.unique else f"as the rank is {self.rank} < {self.n_unknowns}, infinitely many are"
            return f"{counts}: no filter fits exactly, and {many} nearest in squared error."
        if self.unique:
            return f"{counts}: rank {self.rank}, exactly one filter fits."
        return f"{counts}: rank {self.rank} < {self.n_unknowns}, infinitely many filters fit equally well."


def recover_filter(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    kernel_size: int,
    learning_rate: float = 0.05,
    steps: int = 200,
    every: int = 20,
    loss: Loss = "mae",
    seed: int = 0,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
) -> RecoveredFilter:
    """Learns a kernel without bias from a convolution's input and output, by gradient descent.

    One step is one pass over all the data at once: the gradient of the loss, then Adam. That is what one call of Keras'
    ``fit`` does with a single example, so the document's 200 fits are 200 steps. The start is Glorot-uniform, as in
    Keras. With the absolute error and a constant learning rate the weights keep swinging around the solution, by up to
    about that rate; more steps do not help, a smaller rate does.

    The same equations are solved by least squares, which shows whether another filter fits as well.

    Args:
        x: shape (time,), (time, channel) or (batch, time, channel).
        y: shape (output length,), (output length, filter) or (batch, output length, filter).
        kernel_size: taps of the kernel to find.
        learning_rate: Adam's, above 0; a weight moves by about so much in a step.
        steps: gradient steps, at least 1.
        every: steps from one record of the weights to the next.
        loss: ``"mae"``, mean absolute error, or ``"mse"``, mean squared error.
        seed: of the random start.
        strides: samples from one output to the next.
        padding: ``"valid"``, ``"same"`` or ``"causal"``.
        dilation_rate: samples between two taps.

    Returns:
        The learned filter, its history, and the minimum-norm solution.

    Raises:
        SettingError: an unknown loss, a number that is not above 0, or what
            :func:`stridenet.reference.convolution.conv1d` refuses.
        DataError: an output whose length does not follow from the input's, or values that are not finite.

    Source: "Conv1D layer nuts and bolts" (D2, D3, D4); Kingma and Ba 2015, "Adam".

    >>> found = recover_filter([0, 3, 4, 5], [6, 11, 14], kernel_size=2)
    >>> found.kernel.ravel().round(1).tolist()
    [1.0, 2.0]
    >>> recover_filter([[0, 0], [3, 6], [4, 7], [5, 8]], [30, 57, 67], kernel_size=2).explain()
    '3 equations, 4 unknowns: rank 3 < 4, infinitely many filters fit equally well.'
    """
    if loss not in get_args(Loss):
        raise unknown_name("loss", loss, get_args(Loss))
    steps = whole_number("recover_filter", "steps", steps)
    every = whole_number("recover_filter", "every", every)
    if not 0 < learning_rate < np.inf:
        raise SettingError(f"recover_filter: learning_rate is {learning_rate}; it must be a number above 0.")

    signal = _batch(x, "x", "channel")
    target = _batch(y, "y", "filter")
    length = conv1d_output_length(
        signal.shape[1], kernel_size, strides=strides, padding=padding, dilation_rate=dilation_rate
    )
    if target.shape[:2] != (len(signal), length):
        raise DataError(
            f"recover_filter: y has {target.shape[0]} x {target.shape[1]} (batch x time), but {signal.shape[0]} x "
            f"{signal.shape[1]} of x with a kernel_size of {kernel_size} and padding {padding!r} give "
            f"{len(signal)} x {length}; change kernel_size, padding, strides or y."
        )
    seen = patches(signal, kernel_size, strides=strides, padding=padding, dilation_rate=dilation_rate)
    channels, filters = signal.shape[2], target.shape[2]
    a = seen.reshape(-1, kernel_size * channels)  # (equation, unknown)
    b = target.reshape(-1, filters)  # (equation, filter)

    limit = np.sqrt(6 / (kernel_size * (channels + filters)))
    start = np.random.default_rng(seed).uniform(-limit, limit, (a.shape[1], filters))
    recorded_at, history = _adam(a, b, start, learning_rate, steps, every, loss)
    learned = history[-1]
    exact, _, rank, _ = np.linalg.lstsq(a, b)
    error = np.abs(a @ exact - b)
    largest = max(float((np.abs(a) @ np.abs(exact)).max()), float(np.abs(b).max()))
    shape = (kernel_size, channels, filters)
    return RecoveredFilter(
        kernel=learned.reshape(shape),
        minimum_norm=exact.reshape(shape),
        history=history.reshape(-1, *shape),
        recorded_at=recorded_at,
        residual=float(np.abs(a @ learned - b).mean()),
        minimum_norm_residual=float(error.mean()),
        solvable=bool(error.max() <= 1e-5 * largest),
        n_equations=len(a),
        n_unknowns=a.shape[1],
        rank=int(rank),
    )


def _adam(
    a: npt.NDArray[np.float64],
    b: npt.NDArray[np.float64],
    start: npt.NDArray[np.float64],
    learning_rate: float,
    steps: int,
    every: int,
    loss: Loss,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The weights at step 0, every so many steps, and at the end."""
    weights = start
    mean, square = np.zeros_like(start), np.zeros_like(start)
    recorded_at, history = [0], [start]
    for step in range(1, steps + 1):
        error = a @ weights - b
        slope = np.sign(error) if loss == "mae" else 2 * error
        gradient = a.T @ slope / error.size
        mean = _BETA_1 * mean + (1 - _BETA_1) * gradient
        square = _BETA_2 * square + (1 - _BETA_2) * gradient**2
        rate = learning_rate * np.sqrt(1 - _BETA_2**step) / (1 - _BETA_1**step)
        weights = weights - rate * mean / (np.sqrt(square) + _EPSILON)
        if step % every == 0 or step == steps:
            recorded_at.append(step)
            history.append(weights)
    return np.array(recorded_at), np.array(history)


def _batch(value: npt.ArrayLike, name: str, last: str) -> npt.NDArray[np.float64]:
    """(batch, time, last) from one, two or three axes."""
    array = finite_array(value, f"recover_filter: {name}", "(time,)", f"(time, {last})", f"(batch, time, {last})")
    if array.ndim == 1:
        return array[None, :, None]
    return array[None] if array.ndim == 2 else array
