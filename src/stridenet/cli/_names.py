"""The names of all settings, the run's and its network's; a short name that can only mean one of them is understood."""

from collections.abc import Iterator, Sequence

from stridenet.errors import SettingError, UnknownNameError
from stridenet.models.own import is_file
from stridenet.models.recipes import names, settings_of
from stridenet.refusal import Table, inner_table, nearest, setting_names, unknown_setting
from stridenet.signals.wording import listed
from stridenet.spec import RunSpec

NETWORK = "model.settings."
_CALLED = {"smoothing": "smoothing.name"}
"""Tables that are named by what they are called."""


def full_name(name: str, networks: Sequence[str]) -> str:
    """The whole name of a setting.

    Args:
        name: whole, or its last part or parts where no other setting ends so.
        networks: the networks that are meant; a network of anyone's own takes whatever is not the run's.

    Raises:
        SettingError: it may mean several.
        UnknownNameError: it means none.

    >>> full_name("epochs", ["cnn"]), full_name("padding", ["cnn"]), full_name("seed", ["cnn"])
    ('train.epochs', 'model.settings.conv.padding', 'seed')
    """
    known = [*_tables(RunSpec), *(f for network in networks if not is_file(network) for f in _of(network))]
    if name in known or name.startswith(NETWORK):
        return _CALLED.get(name, name)
    ending = sorted({one for one in known if one.endswith(f".{name}")})
    if len(ending) > 1:
        raise SettingError(f"setting {name!r} may be {' or '.join(ending)}; write one of them.")
    if ending:
        return ending[0]
    head, _, rest = name.rpartition(".")
    if head and rest and _is_value(head, known):
        return f"{full_name(head, networks)}.{rest}"  # a setting that may hold a table, as conv.kernel_initializer
    if any(map(is_file, networks)) and name.partition(".")[0] not in RunSpec.model_fields:
        return NETWORK + name
    raise unknown(name, networks)


def unknown(name: str, networks: Sequence[str]) -> UnknownNameError:
    """What is said of a name that is none: the nearest of all, a choice that goes by it, or who else has it."""
    presets = [network for network in networks if not is_file(network)]
    known = [*setting_names(RunSpec), *(one for network in presets for one in _of(network, values=True))]
    others = [one for one in names() if _has(one, name)]
    if presets and others and not set(presets) & set(others):
        have = "has it; choose it" if len(others) == 1 else "have it; choose one"
        return UnknownNameError(
            f"unknown setting {name!r} of {' and '.join(presets)}: {listed(others, 3)} {have} with --model. "
            f"`stridenet settings {presets[0]}` lists all."
        )
    if nearest(name, known, cutoff=0.75) is None:
        for setting, choices in _choices(RunSpec):
            if name in choices:
                return UnknownNameError(
                    f"unknown setting {name!r}: did you mean {setting}={name}? `stridenet settings` lists all."
                )
    return unknown_setting(name, known)


def _of(network: str, *, values: bool = False) -> list[str]:
    table = type(settings_of(network))
    return setting_names(table, NETWORK) if values else _tables(table, NETWORK)


def _has(network: str, name: str) -> bool:
    return any(one == name or one.endswith(f".{name}") for one in _of(network))


def _tables(table: Table, prefix: str = "") -> list[str]:
    """The names of settings, and of the tables that hold them."""
    names = []
    for name, info in table.model_fields.items():
        names.append(prefix + name)
        if (inner := inner_table(info)) is not None:
            names += _tables(inner, f"{prefix}{name}.")
    return names


def _is_value(name: str, known: Sequence[str]) -> bool:
    """Whether a name, or its end, is that of a value and not of a table."""
    meant = [name] if name in known else sorted({one for one in known if one.endswith(f".{name}")})
    return len(meant) == 1 and not any(one.startswith(f"{meant[0]}.") for one in known)


def _choices(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The settings that take one of a few words."""
    for name, about in table.model_json_schema()["properties"].items():
        if "enum" in about:
            yield name, about["enum"]
