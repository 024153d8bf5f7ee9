import tarfile
from pathlib import Path

import numpy as np
import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Cases
from stridenet.data.source import File
from stridenet.errors import DataError

HEAD = "#comment\n@problemName Gun\n@timeStamps false\n@missing false\n@univariate {}\n@equalLength {}\n"


def read(text: str, name: str = "Gun/Gun_TRAIN.ts") -> Cases:
    data = text.encode()
    (cases,) = registry.read(File(name=name, size=len(data), open=lambda: data))
    assert isinstance(cases, Cases)
    return cases


def test_one_dimension() -> None:
    cases = read(HEAD.format("true", "true") + "@seriesLength 3\n@classLabel true 1 2\n@data\n1.5,2,3:1\n4,5,6:2\n")
    assert [series.tolist() for series in cases.series] == [[[1.5], [2.0], [3.0]], [[4.0], [5.0], [6.0]]]
    assert (cases.labels, cases.side, cases.channels) == (("1", "2"), ("train", "train"), ("value",))


def test_several_dimensions_of_unequal_lengths_with_missing_values() -> None:
    text = (
        HEAD.format("false", "false") + "@dimensions 2\n@classLabel true run sit\n@data\n1,?,3:4,5,6:run\n1,2:3,4:sit\n"
    )
    cases = read(text, "a_TEST.ts")
    assert [series.shape for series in cases.series] == [(3, 2), (2, 2)]
    assert np.isnan(cases.series[0][1, 0])
    assert cases.series[0][1, 1] == 5
    assert cases.side == ("test", "test")
    assert cases.notes == ("1 values are missing",)


def test_without_classes_and_sides() -> None:
    cases = read("@univariate true\n@classLabel false\n@data\n1,2\n", "a.ts")
    assert (cases.labels, cases.side) == ((None,), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@timeStamps true\n@classLabel true a\n@data\n(0,1),(1,2):a\n", "time stamp beside each value"),
        ("@targetLabel true\n@data\n1,2:0.5\n", "a number to be estimated"),
        ("@classLabel true a b\n@data\n1,2:c\n", "line 3 has the class 'c'"),
        ("@classLabel true a b\n@data\n1,2:\n", "line 3 has no class"),
        ("@classLabel true a b\n@data\n1,x:a\n", "line 3: 'x' is not a number"),
        ("@classLabel true a b\n@data\n1,inf:a\n", "infinite"),
        ("@classLabel true a b\n@data\n1,2:1,2,3:a\n", "dimensions of 2 and 3 values"),
        ("@classLabel true a b\n@data\n1,2:1,2:a\n1,2:a\n", "line 4 has 1 dimensions"),
        ("@dimensions 3\n@classLabel true a b\n@data\n1,2:1,2:a\n", "says 3 dimensions"),
        ("@equalLength true\n@seriesLength 3\n@classLabel true a\n@data\n1,2:a\n", "says cases of 3 values"),
        ("@classLabel true a b\n@data\n", "no case"),
        ("@classLabel true a b\n1,2:a\n", "no line @data"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(text)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "n_cases", "shapes", "n_classes"),
    [
        ("BasicMotions/BasicMotions_TRAIN.ts", 40, {(100, 6)}, 4),
        ("RacketSports/RacketSports_TEST.ts", 152, {(30, 6)}, 4),
        ("GunPoint/GunPoint_TEST.ts", 150, {(150, 1)}, 2),
        ("JapaneseVowels/JapaneseVowels_TRAIN.ts", 270, None, 9),
        ("JapaneseVowels/JapaneseVowels_eq_TRAIN.ts", 270, {(25, 12)}, 9),
        ("PickupGestureWiimoteZ/PickupGestureWiimoteZ_TEST.ts", 50, None, 10),
    ],
)
def test_the_archives_own_files(
    real_data: Path, name: str, n_cases: int, shapes: set[tuple[int, int]] | None, n_classes: int
) -> None:
    with tarfile.open(real_data / "uea-ts.tar.xz") as archive:
        opened = archive.extractfile(name)
        assert opened is not None
        cases = read(opened.read().decode(), name)
    assert (len(cases.series), len(set(cases.labels))) == (n_cases, n_classes)
    found = {series.shape for series in cases.series}
    assert found == shapes if shapes else len(found) > 5
    assert not any(np.isnan(series).any() for series in cases.series)
