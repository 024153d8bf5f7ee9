import pytest

from stridenet.signals.wording import channels_with_units, counted, left_out, listed, one_line, scored, words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb", "a b"),
        ("\x1b[31mred", "[31mred"),
        ("tab\tand\u2028line", "tab and line"),
        (" ", "' '"),
        ('5" step', '5" step'),
    ],
)
def test_any_name_is_one_line(name: str, shown: str) -> None:
    assert one_line(name) == words(name) == shown


def test_plurals() -> None:
    assert [counted(n, "class", "classes") for n in (0, 1, 2)] == ["0 classes", "1 class", "2 classes"]
    assert counted(None, "person", "people") == "an unknown number of people"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"


def test_one_repeat_has_no_spread() -> None:
    assert "±" not in scored([0.5], 3)
    assert scored([0.5, 0.5], 3) == "50.000 % ± 0.000 over 2 repeats"


def test_channels_keep_their_order_and_units() -> None:
    assert channels_with_units(["a", "b", "c"], ["g", "", "g"]) == "a [g]; b; c [g]"
    assert channels_with_units(["a", "b"], []) == "a, b"  # an older run, whose units nobody kept
    assert channels_with_units([str(i) for i in range(14)], ["g"] * 14).endswith("11 [g] and 2 more")


def test_what_was_left_out_is_told_and_zeros_are_not() -> None:
    assert left_out({"mixed": 1, "tail_samples": 0, "odd_thing": 2}) == [
        ("windows that hold several activities", 1),
        ("odd thing", 2),
    ]
