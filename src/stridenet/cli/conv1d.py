"""``stridenet conv1d`` and ``stridenet recover-filter``: a convolution to be read, and the way back."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stridenet.cli._shared import AsJson, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt

    from stridenet.reference.recovery import RecoveredFilter

Numbers = Annotated[
    str, typer.Option("--data", help='0,3,4,5, or "0 0; 3 6; 4 7" for two channels; --data=-1,2 for a minus in front.')
]


def conv1d(
    data: Numbers,
    kernel: Annotated[
        str | None, typer.Option(help='1,2, or "1 3; 2 4" for two channels; "1,2 | 3,4" for two filters.')
    ] = None,
    bias: Annotated[str | None, typer.Option(help="A number for each filter.")] = None,
    strides: Annotated[
        int | None, typer.Option(help="Samples from one place to the next. [default: 1; the pool's size with --pool]")
    ] = None,
    padding: Annotated[str, typer.Option(help="valid, same or causal; for pooling valid or same.")] = "valid",
    dilation_rate: Annotated[int, typer.Option("--dilation-rate", help="Samples from one tap to the next.")] = 1,
    pool: Annotated[Literal["max", "average"] | None, typer.Option(help="Pool instead of convolving.")] = None,
    pool_size: Annotated[int, typer.Option("--pool-size", help="Samples that become one.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Slide a filter over data and print every step; nothing is trained and Keras is not needed."""
    from stridenet.cli._numbers import parse_kernel, parse_numbers
    from stridenet.errors import SettingError
    from stridenet.reference.trace import conv1d_trace

    signal = parse_numbers(data, name="--data")
    if pool:
        if kernel or bias or dilation_rate != 1:
            raise SettingError(
                "--pool takes no --kernel, --bias or --dilation-rate; leave them out, or leave out --pool."
            )
        _pool(signal, pool, pool_size, strides, padding, as_json)
        return
    if kernel is None:
        raise SettingError('give the filter with --kernel, as in --kernel 1,2, or pool with "--pool max".')
    trace = conv1d_trace(
        signal,
        parse_kernel(kernel, name="--kernel"),
        parse_numbers(bias, name="--bias") if bias is not None else None,
        strides=1 if strides is None else strides,
        padding=padding,  # type: ignore[arg-type]  # conv1d names the allowed ones
        dilation_rate=dilation_rate,
    )
    if as_json:
        print_json({"output": trace.output.tolist(), "length": len(trace.output), "steps": trace.lines[:-2]})
    else:
        typer.echo(str(trace))


def recover_filter(
    data: Numbers,
    output: Annotated[str, typer.Option(help='What came out: 6,11,14, or "6 12; 11 25; 14 32" for two filters.')],
    kernel_size: Annotated[int, typer.Option("--kernel-size", help="Taps of the filter.")] = 2,
    learning_rate: Annotated[float, typer.Option("--learning-rate", help="Adam's step.")] = 0.05,
    steps: Annotated[int, typer.Option(help="Steps of gradient descent.")] = 200,
    every: Annotated[int, typer.Option(help="Steps from one line to the next.")] = 20,
    loss: Annotated[str, typer.Option(help="mae, mean absolute error, or mse, mean squared error.")] = "mae",
    seed: Annotated[int, typer.Option(min=0, help="Decides the random start.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Learn the filter that turned data into output, and say whether it is the only one."""
    from stridenet.cli._numbers import parse_numbers
    from stridenet.reference.recovery import recover_filter

    found = recover_filter(
        parse_numbers(data, name="--data"),
        parse_numbers(output, name="--output"),
        kernel_size=kernel_size,
        learning_rate=learning_rate,
        steps=steps,
        every=every,
        loss=loss,  # type: ignore[arg-type]  # recover_filter names the allowed ones
        seed=seed,
    )
    if as_json:
        print_json(recovered(found))
        return
    width = len(str(steps))
    for step, weights in zip(found.recorded_at.tolist(), found.history, strict=True):
        typer.echo(f"step {step:{width}}  {'  |  '.join(_filters(weights))}")
    typer.echo(f"learned       {' | '.join(_filters(found.kernel))}, mean absolute error {found.residual:.4g}")
    typer.echo(
        f"minimum norm  {' | '.join(_filters(found.minimum_norm))}, "
        f"mean absolute error {found.minimum_norm_residual:.4g}"
    )
    typer.echo(found.explain())


def recovered(found: "RecoveredFilter") -> dict[str, Any]:
    """What ``recover-filter --json`` prints; kernels are (kernel_size, channel, filter)."""
    return {
        "kernel": found.kernel.tolist(),
        "residual": found.residual,
        "minimum_norm": found.minimum_norm.tolist(),
        "minimum_norm_residual": found.minimum_norm_residual,
        "unique": found.unique,
        "solvable": found.solvable,
        "rank": found.rank,
        "n_equations": found.n_equations,
        "n_unknowns": found.n_unknowns,
        "explanation": found.explain(),
        "recorded_at": found.recorded_at.tolist(),
        "history": found.history.tolist(),
    }


def _filters(kernel: "npt.NDArray[np.float64]") -> "Iterator[str]":
    """Each filter as people type it in ``--kernel``, with four digits."""
    for f in range(kernel.shape[2]):
        rows = [" ".join(f"{v:.4f}" for v in row) for row in (kernel[:, :, f] + 0.0).tolist()]
        yield f"[{('; ' if kernel.shape[1] > 1 else ' ').join(rows)}]"


def _pool(
    signal: "npt.NDArray[np.float64]", kind: str, size: int, strides: int | None, padding: str, as_json: bool
) -> None:
    from stridenet.reference.convolution import average_pool1d, max_pool1d, patches

    x = signal.reshape(1, len(signal), -1)
    pool = max_pool1d if kind == "max" else average_pool1d
    y = pool(x, pool_size=size, strides=strides, padding=padding)[0]  # type: ignore[arg-type]
    fill = float("nan")  # padding is no value here
    seen = patches(x, size, strides=strides or size, padding=padding, fill=fill)[0]  # type: ignore[arg-type]
    lines = [f"{kind} of {_values(window)} -> {_values(value[None])}" for window, value in zip(seen, y, strict=True)]
    if as_json:
        print_json({"output": y.tolist(), "length": len(y), "steps": lines})
        return
    for line in lines:
        typer.echo(line)
    typer.echo(f"output {_values(y)}")


def _values(values: "npt.NDArray[np.float64]") -> str:
    """``[0 3]``, or ``[[0 0] [3 6]]`` with several channels; what padding added is left out."""
    kept = [[f"{v:.6g}" for v in row] for row in (values + 0.0).tolist() if row[0] == row[0]]
    return f"[{' '.join(row[0] if len(row) == 1 else '[' + ' '.join(row) + ']' for row in kept)}]"
