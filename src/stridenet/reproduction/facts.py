"""The documents' sections that train no network of theirs: layer tables, sliding filters, recovered filters."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stridenet.models import build as models
from stridenet.reference.convolution import conv1d, conv1d_output_length
from stridenet.reference.recovery import RecoveredFilter, recover_filter
from stridenet.reference.trace import conv1d_trace
from stridenet.reproduction.records import Checked, Fact

_SIGNAL, _FILTER = [0, 3, 4, 5], [1, 2]
_TWO_CHANNELS, _TWO_CHANNELS_OUT = [[0, 0], [3, 6], [4, 7], [5, 8]], [30, 57, 67]
_TWO_FILTERS_OUT = [[6, 12], [11, 25], [14, 32]]
_OUT = [6, 11, 14]
_SWING = 0.05  # the learning rate: weights keep swinging around the solution by about so much

_B1 = (
    ("reshape", (80, 3), 0),
    ("convolution, 100 filters", (71, 100), 3_100),
    ("convolution, 100 filters", (62, 100), 100_100),
    ("max pooling by 3", (20, 100), 0),
    ("convolution, 160 filters", (11, 160), 160_160),
    ("convolution, 160 filters", (2, 160), 256_160),
    ("mean over time", (160,), 0),
    ("dropout", (160,), 0),
    ("dense, 6 classes", (6,), 966),
)


def b1_layers() -> Checked:
    """B's network, layer by layer: output shape and parameters."""
    model = models.build("gap", length=80, n_channels=3, n_classes=6)
    ours = [(tuple(layer.output.shape[1:]), layer.count_params()) for layer in model.layers[1:]]
    facts = [_fact(label, _layer(*found), _layer(shape, n)) for (label, shape, n), found in zip(_B1, ours, strict=True)]
    return Checked([*facts, _fact("all parameters", f"{model.count_params():,}", f"{520_486:,}")])


def c2_positions() -> Checked:
    """How many places a filter of height 2 has on 9 words."""
    n = conv1d_output_length(9, 2)
    places = [f"words {i + 1} and {i + 2} -> position {i + 1}" for i in range(n)]
    return Checked([_fact("positions of a filter of height 2 on 9 words", str(n), "8")], places)


def d1_steps() -> Checked:
    """A convolution written out."""
    trace = conv1d_trace(_SIGNAL, _FILTER)
    return Checked([_fact("[0 3 4 5] under [1 2]", _text(trace.output.ravel()), "[6 11 14]")], trace.lines)


def d2_one_filter() -> Checked:
    """The filter of D1, learned from its output."""
    found = recover_filter(_SIGNAL, _OUT, kernel_size=2)
    return Checked([_learned("the filter after 200 steps", found.kernel.ravel(), _FILTER)], _history(found))


def d3_two_channels() -> Checked:
    """Two channels: fewer equations than unknowns."""
    found = recover_filter(_TWO_CHANNELS, _TWO_CHANNELS_OUT, kernel_size=2)
    longer = recover_filter(_TWO_CHANNELS, _TWO_CHANNELS_OUT, kernel_size=2, steps=1000, every=200)
    expected = np.array([[1.0, 3.0], [2.0, 4.0]])
    output = conv1d(np.array([_TWO_CHANNELS], dtype=np.float64), expected[:, :, None]).ravel()
    least = found.minimum_norm[:, :, 0]
    facts = [
        _fact("[[0 0] [3 6] [4 7] [5 8]] under [[1 3] [2 4]]", _text(output), "[30 57 67]"),
        Fact(
            "the filter after 200 steps",
            f"{_text(found.kernel[:, :, 0])}, off by {found.residual:.2f} on average",
            "another than [[1 3] [2 4]], reached slowly",
            "agrees" if np.abs(found.kernel[:, :, 0] - expected).max() > _SWING else "differs",
            f"after 1000 steps {_text(longer.kernel[:, :, 0])}, off by {longer.residual:.2f}",
        ),
        Fact(
            "how many filters fit",
            found.explain(),
            "more than one",
            "agrees" if (found.n_equations, found.n_unknowns, found.unique) == (3, 4, False) else "differs",
            "which of them Adam ends at depends on the random start",
        ),
        Fact(
            "of all that fit, the one with the smallest weights",
            f"{_text(least)}, which fits" if found.solvable else "none fits",
            "",
            "cannot be compared: the document does not give it",
        ),
    ]
    return Checked(facts, [*_history(found), *_history(longer)[2:]])


def d4_two_filters() -> Checked:
    """Two filters at once."""
    found = recover_filter(_SIGNAL, _TWO_FILTERS_OUT, kernel_size=2)
    first, second = found.kernel[:, 0, 0], found.kernel[:, 0, 1]
    reached = "the document's own training reached [3.0001 3.9890]"
    facts = [
        _learned("the first filter after 200 steps", first, [1, 2]),
        _learned("the second filter after 200 steps", second, [3, 4], reached),
    ]
    return Checked(facts, [*_history(found), found.explain()])


def d5_lengths() -> Checked:
    """Output lengths and shapes: (W - K + 2P)/S + 1."""
    cases = ((4, 2, 1, "valid", 0), (4, 3, 1, "same", 1), (128, 3, 1, "valid", 0), (80, 10, 1, "valid", 0))
    more = ((9, 3, 2, "valid", 0), (9, 3, 2, "same", 1))
    facts = []
    for w, k, s, padding, p in (*cases, *more):
        x, kernel = np.zeros((1, w, 2)), np.zeros((k, 2, 5))
        shape = conv1d(x, kernel, strides=s, padding="valid" if padding == "valid" else "same").shape
        label = f"W={w} K={k} P={p} S={s}: data {x.shape}, kernel {kernel.shape}"
        facts.append(_fact(label, str(shape), str((1, (w - k + 2 * p) // s + 1, 5))))
    return Checked(facts)


def _fact(label: str, ours: str, printed: str) -> Fact:
    return Fact(label, ours, printed, "agrees" if ours == printed else "differs")


def _learned(label: str, ours: npt.NDArray[np.float64], expected: Sequence[float], why: str = "") -> Fact:
    """Equal up to the swing that a constant learning rate leaves."""
    near = np.abs(ours - np.array(expected)).max() <= _SWING
    return Fact(label, _text(ours), _text(np.array(expected)), "agrees" if near else "differs", why)


def _history(found: RecoveredFilter) -> list[str]:
    lines = []
    for step, kernel in zip(found.recorded_at.tolist(), found.history, strict=True):
        filters = [_text(np.squeeze(kernel[:, :, f])) for f in range(kernel.shape[2])]
        lines.append(f"step {step:4}: {' and '.join(filters)}")
    return lines


def _layer(shape: tuple[int, ...], n_parameters: int) -> str:
    return f"{shape}, {n_parameters:,}"


def _text(values: npt.NDArray[np.float64]) -> str:
    if values.ndim > 1:
        return f"[{' '.join(_text(row) for row in values)}]"
    return f"[{' '.join(f'{v:.0f}' if v == round(v) else f'{v:.4f}' for v in values.tolist())}]"
