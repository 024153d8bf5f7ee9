"""Tables for a terminal of 80 columns: of data, and of a network's layers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from stridenet.models.layer_table import LayerTable


_PASSED = 6
_COLUMNS = 12  # activities side by side within 80 columns


def of_data(told: dict[str, Any]) -> RenderableType:
    """Tables of an :func:`overview` that fit into 80 columns."""
    parts: list[RenderableType] = [Text(told["source"], style="bold")] if told["source"] else []
    parts += [_facts(told), _activities(told), *_people(told), _channels(told)]
    return Group(*parts)


_ROLES = {"time": 0, "person": 1, "label": 2, "session": 3, "channel": 4, "left out": 5}


def of_description(described: dict[str, Any]) -> RenderableType:
    """What each column was taken for, and what was found on the way."""
    table = _table("column", "taken for", "unit", "why", left=("column", "taken for", "unit", "why"))
    seen = set()
    for one in sorted(described["columns"], key=lambda column: _ROLES.get(column["role"], 9)):
        called = "" if one["channel"] in ("", one["name"]) else f" {one['channel']}"
        sure = "a guess: " if one["grade"] == "likely" else ""
        row = (one["name"] or "(no name)", f"{one['role']}{called}", one["unit"], f"{sure}{one['why']}")
        if row not in seen:
            table.add_row(*map(Text, row))
            seen.add(row)
    parts: list[RenderableType] = [
        Text(f"How {described['source']} is read ({', '.join(described['forms'])})", style="bold"),
        table,
    ]
    for name in ("people", "labels"):
        one = described[name]
        guess = f" (a guess: {one['why']})" if one["grade"] == "likely" and one["why"] else ""
        parts.append(Text(f"{name}: {one['what']}{guess}"))
    parts += [Text(f"passed over: {name}: {why}") for name, why in described["passed"][:_PASSED]]
    if len(described["passed"]) > _PASSED:
        parts.append(Text(f"passed over: {len(described['passed']) - _PASSED} files more"))
    parts += [Text(f"note: {line}") for line in described["notes"]]
    return Group(*parts, Text(""))


def of_problems(problems: Sequence[str], lengths: Sequence[dict[str, float]]) -> RenderableType:
    """What stands in the way, and the windows that each length would give."""
    parts: list[RenderableType] = []
    if lengths:
        table = _table("length s", "windows", "samples held", left=())
        for one in lengths:
            table.add_row(f"{one['length_s']:g}", f"{one['windows']:,}", f"{100 * one['used']:.1f} %")
        parts.append(_titled("Windows that each length would give", table))
    if problems:
        parts.append(Text("\nProblems", style="bold"))
        parts += [Text(f"{n}. {line}") for n, line in enumerate(problems, 1)]
    return Group(*parts)


def of_layers(table: "LayerTable", rate_hz: float) -> Table:
    """The layer table for a terminal of 80 columns; long names go on in the next line."""
    drawn = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        title=f"{table.name}: windows of {table.length} samples, {table.length / rate_hz:g} s at {rate_hz:g} Hz",
        caption=(
            "sees: samples of the window that one output value depends on, and their time. MFLOP: one window, "
            "2 x multiply-adds of Conv1D and Dense."
        ),
        title_justify="left",
        caption_justify="left",
        show_footer=True,
    )
    drawn.add_column("layer", "total", overflow="fold")
    drawn.add_column("type", overflow="fold")
    for heading, total in (
        ("output", ""),
        ("parameters", f"{table.parameters:,}"),
        ("sees", ""),
        ("s", ""),
        ("MFLOP", f"{table.mflop:,.3f}"),
    ):
        drawn.add_column(heading, total, justify="right", no_wrap=True)
    for row in table.rows:
        drawn.add_row(
            Text(row.name),
            Text(row.kind),
            " x ".join(map(str, row.output_shape)),
            f"{row.parameters:,}",
            f"{row.receptive_field:,}",
            f"{row.receptive_field / rate_hz:.3g}",
            f"{row.mflop:,.3f}" if row.flop else "0",
        )
    return drawn


def _facts(told: dict[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    window, gaps, duration = told["window"], told["gaps"], told["duration_s"]
    per_person = gaps["recordings_per_person"]
    step = "" if window["step"] is None else f", a new one every {window['step']} ({window['step_s']:g} s)"
    table.add_row("people", f"{told['n_people']}, {len(told['test_people'])} of them named for testing")
    table.add_row("recordings", f"{told['n_recordings']}, {per_person['fewest']} to {per_person['most']} per person")
    table.add_row("rate", f"{told['rate_hz']:g} Hz")
    windows = f"{told['n_windows'] or 'none'} of {window['length']} samples ({window['length_s']:g} s){step}"
    if not told["n_windows"]:
        windows += "; nothing can be trained on this: see what was dropped, and why"
    table.add_row("windows", windows)
    held = f"{duration['windows'] / 60:.1f} min in windows"
    table.add_row(
        "duration", held if duration["recordings"] is None else f"{duration['recordings'] / 60:.1f} min, {held}"
    )
    if gaps["unlabelled_s"] is not None:
        table.add_row("unlabelled", f"{gaps['unlabelled_s'] / 60:.1f} min")
    table.add_row("between windows", f"{gaps['samples_between_windows']} samples that no window holds")
    constant = f"{gaps['constant_stretches']} stretches of a channel longer than 1 s"
    if gaps["constant_stretches"]:
        constant += f", the longest {gaps['longest_constant_s']:.1f} s"
    table.add_row("constant", constant)
    dropped = [f"{count} {reason.replace('_', ' ')}" for reason, count in told["dropped"].items() if count]
    table.add_row("dropped", ", ".join(dropped) or "nothing")
    return table


def _activities(told: dict[str, Any]) -> RenderableType:
    table = _table("no.", "activity", "windows", "share", "seconds", left=("activity",))
    total = max(1, told["n_windows"])
    for number, (name, count) in enumerate(told["activities"].items()):
        share = f"{100 * count['windows'] / total:.1f} %"
        table.add_row(str(number), Text(name), str(count["windows"]), share, f"{count['seconds']:.0f}")
    return _titled("Activities", table)


def _people(told: dict[str, Any]) -> list[RenderableType]:
    """Windows of each person and activity; several tables when there are many activities."""
    numbers = list(enumerate(told["activities"]))
    tables = []
    for begin in range(0, len(numbers), _COLUMNS):
        part = numbers[begin : begin + _COLUMNS]
        table = _table("person", *(str(number) for number, _ in part), "all", "", left=("person", ""))
        for person, facts in told["people"].items():
            row = told["people_activities"][person]
            cells = [str(row[name]) if row[name] else "·" for _, name in part]
            table.add_row(Text(person), *cells, str(facts["windows"]), "test" if facts["test"] else "")
        tables.append(_titled("Windows of each person and activity (by its number)", table))
    return tables


def _channels(told: dict[str, Any]) -> RenderableType:
    names = ("mean", "sd", "min", "max", "at limit", "constant")
    table = _table("channel", "unit", *names, left=("channel", "unit"))
    for name, facts in told["channels"].items():
        numbers = ["" if facts[key] is None else f"{facts[key]:.3g}" for key in ("mean", "sd", "min", "max")]
        shares = ["" if facts[key] is None else f"{100 * facts[key]:.2f} %" for key in ("saturated", "constant")]
        table.add_row(Text(name), Text(facts["unit"]), *numbers, *shares)
    return _titled("Channels, every sample once (at limit: at its smallest or largest value)", table)


def _table(*columns: str, left: Sequence[str]) -> Table:
    """Names on the left may fold, numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in left else "right", overflow="fold", no_wrap=name not in left)
    return table


def _titled(title: str, table: Table) -> RenderableType:
    return Group(Text(f"\n{title}", style="bold"), table)
