"""How a filter slides over data, written out product by product, and the little language that numbers come in."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stridenet.errors import DataError
from stridenet.reference.convolution import Padding, conv1d, pad_widths, patches


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Every step of one convolution; ``str(trace)`` is the text to print.

    Args:
        windows: shape (output length, kernel_size, channel), what the kernel sees at each place, padding included.
        kernel: shape (kernel_size, channel, filter).
        bias: shape (filter,).
        output: shape (output length, filter).
        length: samples of the data.
        pad: zeros left and right of the data.
        strides: samples from one window to the next.
        dilation_rate: samples between two taps.
    """

    windows: npt.NDArray[np.float64]
    kernel: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    output: npt.NDArray[np.float64]
    length: int
    pad: tuple[int, int]
    strides: int
    dilation_rate: int

    @property
    def lines(self) -> list[str]:
        """The steps, one filter after the other, then the output and its length."""
        return [*self._steps(), f"output {_text(self.output)}", f"length {self._formula()}"]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _steps(self) -> Iterator[str]:
        n_filters = self.kernel.shape[2]
        for f in range(n_filters):
            name = f"filter {f + 1} of {n_filters}: " if n_filters > 1 else ""
            weights, offset = self.kernel[:, :, f], float(self.bias[f])
            for window, value in zip(self.windows, self.output[:, f], strict=True):
                products = window * weights
                total = f"{_number(float(products.sum()))} + {_number(offset)} = " if offset else ""
                yield f"{name}{_text(window)} * {_text(weights)} = {_text(products)} -> {total}{_number(value)}"

    def _formula(self) -> str:
        span = (len(self.kernel) - 1) * self.dilation_rate + 1
        rest = (self.length - span + sum(self.pad)) % self.strides
        rounded = " rounded down" if rest else ""
        return f"({self.length} - {span} + {sum(self.pad)})/{self.strides}{rounded} + 1 = {len(self.output)}"


def conv1d_trace(
    data: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    strides: int = 1,
    padding: Padding = "valid",
    dilation_rate: int = 1,
) -> Trace:
    """One signal under one kernel, with each product and sum to be read.

    With several channels a bracket holds one time step, and the sum runs over all channels. Filters are counted from
    1 in the text. Zeros that padding adds stand in the windows like any other number; the last line counts them.

    Args:
        data: shape (time,) or (time, channel).
        kernel: shape (kernel_size,), (kernel_size, channel) or (kernel_size, channel, filter).
        bias: shape (filter,).
        strides: samples from one window to the next.
        padding: ``"valid"``, ``"same"`` or ``"causal"``.
        dilation_rate: samples between two taps.

    Returns:
        The steps; ``.output`` has shape (output length, filter).

    Raises:
        SettingError: what :func:`stridenet.reference.convolution.conv1d` refuses.
        DataError: shapes that do not fit together, or a value that is not a finite number.

    Source: "Conv1D layer nuts and bolts" (D1).

    >>> print(conv1d_trace([0, 3, 4, 5], [1, 2]))
    [0 3] * [1 2] = [0 6] -> 6
    [3 4] * [1 2] = [3 8] -> 11
    [4 5] * [1 2] = [4 10] -> 14
    output [6 11 14]
    length (4 - 2 + 0)/1 + 1 = 3
    """
    signal = finite_array(data, "data", "(time,)", "(time, channel)")
    signal = signal.reshape(len(signal), -1)
    weights = finite_array(
        kernel, "kernel", "(kernel_size,)", "(kernel_size, channel)", "(kernel_size, channel, filter)"
    )
    weights = weights.reshape((*weights.shape, 1, 1)[:3])
    offset = np.zeros(weights.shape[2]) if bias is None else finite_array(bias, "bias", "(filter,)")
    output = conv1d(signal[None], weights, offset, strides=strides, padding=padding, dilation_rate=dilation_rate)[0]
    size = len(weights)
    return Trace(
        windows=patches(signal[None], size, strides=strides, padding=padding, dilation_rate=dilation_rate)[0],
        kernel=weights,
        bias=offset,
        output=output,
        length=len(signal),
        pad=pad_widths(len(signal), size, strides=strides, padding=padding, dilation_rate=dilation_rate),
        strides=strides,
        dilation_rate=dilation_rate,
    )


def finite_array(value: npt.ArrayLike, name: str, *shapes: str) -> npt.NDArray[np.float64]:
    """An array of finite numbers with at least one value, of one dimension up to as many as there are shapes."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DataError(f"{name}: its rows differ in length; give as many values in each.") from error
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name}: it holds values of type {array.dtype}; it must hold real numbers.")
    if not 1 <= array.ndim <= len(shapes) or not array.size:
        raise DataError(f"{name}: it has shape {array.shape}, but needs {' or '.join(shapes)} with at least one value.")
    if not np.isfinite(array).all():
        first = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        raise DataError(
            f"{name}: the value at {', '.join(map(str, first))} (counted from 0) is {array[first]}; "
            "every value must be a finite number."
        )
    return array.astype(np.float64)


def _text(values: npt.NDArray[np.float64]) -> str:
    """``[0 3]``, or ``[[0 0] [3 6]]`` where a time step has more than one value."""
    rows = [" ".join(map(_number, row)) for row in values.tolist()]
    return f"[{' '.join(rows if values.shape[1] == 1 else [f'[{row}]' for row in rows])}]"


def _number(value: float) -> str:
    """Whole numbers in full, others with six digits."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"
