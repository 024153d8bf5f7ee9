"""A noun in a few lines, for a terminal and for a notebook."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from stridenet.signals.wording import one_line, short

Facts = Sequence[tuple[str, str]]
_CELL = "text-align: left; vertical-align: top; white-space: normal; overflow-wrap: anywhere"


class Card(NamedTuple):
    """What is told of a noun.

    Args:
        title: its kind and its size, or its name.
        facts: a name and a sentence each.

    >>> print(Card("Windows: 2", [("people", "anna")]))
    Windows: 2
      people  anna
    """

    title: str
    facts: Facts

    def __str__(self) -> str:
        width = max((len(name) for name, _ in self.facts), default=0)
        return "\n".join([one_line(self.title), *(f"  {name:{width}}  {one_line(said)}" for name, said in self.facts)])

    def html(self) -> str:
        """The same as a small table; names from files are text in it, never markup."""
        rows = "".join(
            f'<tr><th scope="row" style="{_CELL}">{escape(name)}</th>'
            f'<td style="{_CELL}">{escape(short(one_line(said), 400))}</td></tr>'
            for name, said in self.facts
        )
        return f"<div><strong>{escape(one_line(self.title))}</strong><table><tbody>{rows}</tbody></table></div>"
