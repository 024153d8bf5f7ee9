"""``stridenet info``: what a model file is, in words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stridenet.cli._shared import AsJson, print_json

if TYPE_CHECKING:
    from stridenet_runtime.bundle import Bundle
    from stridenet_runtime.manifest import Channel


def info(
    model: Annotated[Path, typer.Argument(help="A model.stride, or a run's folder that holds one.")],
    as_json: AsJson = False,
) -> None:
    """Tell what a model file takes, what it answers, where it comes from and how good it was."""
    from stridenet.signals.cards import Card
    from stridenet_runtime.bundle import open_bundle

    bundle = open_bundle(model)
    if as_json:
        print_json(_plain(bundle))
        return
    typer.echo(str(Card(f"Model {bundle.manifest.name}", _facts(bundle))))


def _plain(bundle: "Bundle") -> dict[str, Any]:
    facts = bundle.facts
    network = {
        "n_parameters": facts.n_parameters,
        "multiply_adds": facts.multiply_adds,
        "peak_bytes": facts.peak_bytes,
        "operations": [node.op for node in bundle.program.nodes],
    }
    return bundle.manifest.plain() | {"path": str(bundle.path), "digest": bundle.digest, "network": network}


def _facts(bundle: "Bundle") -> list[tuple[str, str]]:
    told, facts = bundle.manifest, bundle.facts
    window = (
        f"{told.window.length} samples, {told.window.seconds:g} s at {told.rate_hz:g} Hz, one each {told.window.step}"
    )
    rows = [
        ("window", window),
        ("channels", _channels(told.channels)),
        ("classes", ", ".join(told.classes)),
        ("scaled", "nothing is scaled" if told.preparation == "none" else f"inside, {told.preparation}"),
    ]
    if told.filter != "none":
        rows.append(("filter", f"{told.filter}, before the windows, on {_channels(told.raw_channels)}"))
    rows += [("trained on", _data(told.data)), ("protocol", str(told.protocol.get("words", "not told")))]
    if (score := _score(told.metrics)) is not None:
        rows.append(("accuracy", score))
    rows.append(("test data", f"used for {told.ledger.get('words', 'what is not told')}"))
    if told.temperature is not None:
        limit = "" if told.threshold is None else f"; unsure below {told.threshold:.3f}"
        rows.append(("calibrated", f"temperature {told.temperature:.3f}{limit}"))
    rows += [
        ("size", f"{facts.n_parameters:,} numbers, {_mb(sum(map(len, bundle.files.values())))} unpacked"),
        (
            "one window",
            f"{facts.multiply_adds / 1e6:.2f} million multiply-adds, {facts.peak_bytes / 1e3:.0f} kB of values",
        ),
        ("holds", ", ".join(f"{name} ({_mb(len(content))})" for name, content in bundle.files.items())),
        ("golden", f"{len(bundle.golden.x)} windows with the answers that every engine must give"),
        ("made", f"{told.finished} by {', '.join(f'{name} {one}' for name, one in told.created_by.items())}"),
        ("licence", told.licence or "not told"),
    ]
    if licence := told.data.get("licence"):
        rows.append(("data's terms", str(licence)))
    return [*rows, ("digest", bundle.digest)]


def _channels(channels: "tuple[Channel, ...]") -> str:
    return ", ".join(f"{one.name} ({one.unit})" if one.unit else one.name for one in channels)


def _data(data: Any) -> str:
    people = data.get("people", {})
    who = f", {people['train']} people train" if isinstance(people, dict) and people.get("train") else ""
    return f"{data.get('name', 'not told')}{who}{' (simulated)' if data.get('simulated') else ''}"


def _score(metrics: Any) -> str | None:
    """The accuracy with its interval, as the run's page has them."""
    mean, scores = metrics.get("accuracy_mean"), metrics.get("scores")
    if not isinstance(mean, (int, float)):
        return None
    one = scores.get("accuracy") if isinstance(scores, dict) else None
    low, high = (one.get("low"), one.get("high")) if isinstance(one, dict) else (None, None)
    told = f"{100 * mean:.2f} %"
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return told
    return f"{told}; of all such people between {100 * low:.1f} and {100 * high:.1f} % (95 %)"


def _mb(size: int) -> str:
    return f"{size / 1e6:.2f} MB" if size > 100_000 else f"{size / 1e3:.0f} kB"
