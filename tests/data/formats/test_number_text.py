import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.data.formats import number_text
from stridenet.data.formats.number_text import read_classes, read_floats, read_integers
from stridenet.errors import DataError

fixed = st.builds(
    "{}{}.{:07d}e{}00{}".format,
    st.sampled_from(["  ", " -"]),
    st.integers(0, 9),
    st.integers(0, 10**7 - 1),
    st.sampled_from("+-"),
    st.integers(0, 7),
)


@given(st.lists(st.tuples(fixed, fixed, fixed), min_size=1, max_size=9), st.sampled_from(["\n", "\r\n"]))
def test_fixed_width_equals_float_bit_for_bit(rows: list[tuple[str, ...]], end: str) -> None:
    data = "".join("".join(row) + end for row in rows).encode()
    found = number_text._fixed_width(data, 3)
    expected = np.array([[float(cell) for cell in row] for row in rows])
    assert found is not None
    assert found.tobytes() == expected.tobytes()  # also the sign of zero


def test_fixed_width_equals_float_for_every_exponent_and_digit() -> None:
    cells = [
        f" {s}{m[0]}.{m[1:]}e-00{e}" for s in " -" for e in range(10) for m in ("99999999", "12345678", "00000001")
    ]
    found = number_text._fixed_width(("\n".join(cells) + "\n").encode(), 1)
    assert found is not None
    assert found.ravel().tolist() == [float(cell) for cell in cells]


@given(st.integers(0, 15), st.integers(0, 255))
def test_fixed_width_never_takes_a_byte_for_another(position: int, byte: int) -> None:
    good = b"  1.2345678e-001"
    cell = good[:position] + bytes([byte]) + good[position + 1 :]
    found = number_text._fixed_width(good + cell + b"\n", 2)
    if found is not None:
        text = cell.decode("ascii")
        assert len(text.split()) == 1
        assert found[0].tolist() == [0.12345678, float(text)]


@pytest.mark.parametrize("exponent", ["+008", "+009", "+010", "-012", "-300"])
def test_exponents_that_would_not_be_exact_take_the_other_way(exponent: str) -> None:
    cell = f"  1.2345678e{exponent}"
    assert number_text._fixed_width(f"{cell}\n".encode(), 1) is None
    assert read_floats(f"{cell}\n".encode(), 1, "a").item() == float(cell)


@given(st.lists(st.floats(-3e38, 3e38), min_size=2, max_size=20).filter(lambda v: len(v) % 2 == 0))
def test_free_text_equals_float(values: list[float]) -> None:
    rows = [values[i : i + 2] for i in range(0, len(values), 2)]
    for blank in (" ", "   ", "\t"):
        data = "".join(blank.join(map(repr, row)) + "\n" for row in rows).encode()
        np.testing.assert_array_equal(read_floats(data, 2, "a"), np.array(rows))


def test_a_last_line_without_an_end_is_read() -> None:
    assert read_floats(b"1 2\n3 4", 2, "a").tolist() == [[1, 2], [3, 4]]
    assert read_floats(b"  1.0000000e+000\n  2.0000000e+000", 1, "a").tolist() == [[1], [2]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.txt: the file is empty"),
        (b"1 2\n3\n", "a.txt, line 2: 1 values instead of 2"),
        (b"1 2\n3 4 5\n", "a.txt, line 2: 3 values instead of 2"),
        (b"1 2\n\n3 4\n", "a.txt, line 2: 0 values instead of 2"),
        (b"1 2\n3 x\n", "a.txt, line 2, column 2: 'x' is not a number"),
        (b"1 2\nnan 4\n", "a.txt, line 2, column 1: 'nan' is not a finite number"),
        (b"1 inf\n", "a.txt, line 1, column 2: 'inf' is not a finite number"),
        (b"1 -1e999\n", "a.txt, line 1, column 2: '-1e999' is not a finite number"),
        (b"1 \xff\n", "a.txt, line 1, column 2"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(data: bytes, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_floats(data, 2, "a.txt")
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(".")


def test_a_number_that_is_not_whole_is_refused() -> None:
    with pytest.raises(DataError, match=r"y.txt, line 2, column 1: 1.5 is not a whole number"):
        read_integers(b"1\n1.5\n", 1, "y.txt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"1 WALKING\n3 SITTING\n", "line 2: expected the number 2"),
        (b"1 WALKING\n2\n", "line 2"),
        (b"2 WALKING\n", "line 1"),
        (b"1 WALK\0NG\n", "line 1"),
        (b"1 WALK", "line 1: expected .* activity of the authors', found '1 WALK'"),
    ],
)
def test_classes_count_from_one(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_classes(data, "activity_labels.txt")


LARGE = b"1 2\n" * 20_000
"""More than Python reads, so that polars does."""


@pytest.mark.parametrize("before", [b"", LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("1_000", "is not a number"),
        ("0x10", "is not a number"),
        ("١٢", "is not a number"),
        ("1２", "is not a number"),
        ("1e3_0", "is not a number"),
        ("x" * 3000, "'xxxxxxxxxxx.*x' is not a number"),
        ("1e39", "'1e39' is not a finite number in single precision"),
        ("-3.5e38", "is not a finite number in single precision"),
        ("1e400", "is not a finite number in single precision"),
        ("Infinity", "is not a finite number in single precision"),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_are_as_files_write_them(before: bytes, cell: str, what: str, dtype: type) -> None:
    line = before.count(b"\n") + 1
    with pytest.raises(DataError, match=rf"^a\.txt, line {line}, column 2: .*{what}") as caught:
        read_floats(before + f"7 {cell}\n".encode(), 2, "a.txt", dtype)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("cell", ["1e30", "-9e18", "9007199254740994"])
def test_whole_numbers_that_no_file_counts_to(cell: str) -> None:
    with pytest.raises(DataError, match="is not a whole number"):
        read_integers(f"{cell}\n".encode(), 1, "y.txt")
