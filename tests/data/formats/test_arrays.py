import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stridenet
from stridenet.data.formats import arrays, registry
from stridenet.data.sheet import Cases
from stridenet.data.source import File
from stridenet.errors import DataError


def read_bytes(data: bytes, name: str = "a.npz") -> Cases:
    (cases,) = registry.read(File(name=name, size=len(data), open=lambda: data))
    assert isinstance(cases, Cases)
    return cases


def npz(**held: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **held)
    return stream.getvalue()


def npy(array: Any, *, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


X = np.arange(4 * 60 * 3, dtype=np.float32).reshape(4, 60, 3)


@pytest.mark.parametrize("names", [("X", "y", "groups"), ("x", "labels", "subject"), ("data", "label", "person")])
def test_npz_by_the_usual_names(names: tuple[str, str, str]) -> None:
    x, y, groups = names
    held = {x: X, y: np.array(["a", "b", "a", "b"]), groups: np.array([1, 1, 2, 2])}
    cases = read_bytes(npz(**held, channels=np.array(["ax", "ay", "az"]), rate_hz=np.array(50)))
    assert np.array_equal(np.stack(cases.series), X)
    assert (cases.labels, cases.groups) == (("a", "b", "a", "b"), ("1", "1", "2", "2"))
    assert (cases.channels, cases.rate_hz) == (("ax", "ay", "az"), 50.0)


def test_npy_without_labels() -> None:
    cases = read_bytes(npy(X), "a.npy")
    assert (len(cases.series), cases.labels[0], cases.channels) == (4, None, ("channel_1", "channel_2", "channel_3"))


def test_names_of_channels_tell_the_order() -> None:
    cases = arrays.cases(X.transpose(0, 2, 1), channels=["a", "b", "c"])
    assert np.array_equal(np.stack(cases.series), X)


@pytest.mark.parametrize("shape", [(4, 3, 60), (4, 60, 60), (4, 12, 9), (4, 100, 20)])
def test_axes_that_could_be_either_are_asked_about(shape: tuple[int, int, int]) -> None:
    message = f"--layout ntc for windows of {shape[1]} samples and {shape[2]} channels, or --layout nct for windows of"
    with pytest.raises(DataError, match=message):
        arrays.cases(np.zeros(shape))
    assert arrays.cases(np.zeros(shape), layout="ntc").series[0].shape == shape[1:]
    assert arrays.cases(np.zeros(shape), layout="nct").series[0].shape == (shape[2], shape[1])


def test_one_channel_without_an_axis() -> None:
    assert arrays.cases(np.zeros((4, 60))).series[0].shape == (60, 1)


def test_numbers_as_labels_have_no_point_and_missing_ones_are_none() -> None:
    assert arrays.cases(X, np.array([1.0, 2.0, np.nan, 1.0])).labels == ("1", "2", None, "1")
    assert arrays.cases(X, np.array([[1], [2], [1], [1]])).labels == ("1", "2", "1", "1")


def test_missing_values_are_told() -> None:
    x = X.copy()
    x[0, 0, 0] = np.nan
    assert arrays.cases(x).notes == ("1 values are missing",)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"x": np.zeros((4, 60, 3, 2))}, "three axes"),
        ({"x": np.zeros((0, 60, 3))}, "none of them empty"),
        ({"x": np.array([["a"]])}, "not numbers"),
        ({"x": np.full((4, 60, 3), np.inf)}, "infinite"),
        ({"x": X, "y": np.zeros(3)}, "4 windows, but its labels have the shape"),
        ({"x": X, "y": np.eye(4)}, "one label a window"),
        ({"x": X, "groups": np.zeros(5)}, "its people have the shape"),
        ({"x": X, "channels": ["a", "b"]}, "3 channels, but 2 different names"),
        ({"x": X, "channels": ["a", "a", "b"]}, "3 channels, but 2 different names"),
    ],
)
def test_shapes_that_do_not_fit(given: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        arrays.cases(**given)


class _Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was run",)


def test_objects_are_never_loaded() -> None:
    data = npy(np.array([_Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="Python objects"):
        read_bytes(data, "a.npy")
    with pytest.raises(DataError):
        read_bytes(pickle.dumps(_Trap()), "a.npy")


def test_a_header_that_claims_more_than_there_is() -> None:
    data = npy(X).replace(b"(4, 60, 3)", b"(4000000000000, 60, 3)"[:10].ljust(10))
    with pytest.raises(DataError, match="NumPy"):
        read_bytes(data, "a.npy")
    huge = npy(np.zeros((10, 60, 3))).replace(b"(10, 60, 3)", b"(99, 90, 3)")
    with pytest.raises(DataError, match=r"shape \(99, 90, 3\), but holds"):
        read_bytes(huge, "a.npy")


@pytest.mark.parametrize("cut", [10, 60, 100, 500])
def test_what_was_cut_off(cut: int) -> None:
    for data, name in ((npy(X), "a.npy"), (npz(X=X), "a.npz")):
        with pytest.raises(DataError):
            read_bytes(data[:cut], name)


def test_every_damaged_byte_is_an_error_or_harmless() -> None:
    data = npz(X=X, y=np.array(["a", "b", "a", "b"]))
    for at in range(0, len(data), 7):
        damaged = data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]
        try:
            read_bytes(damaged)
        except DataError:
            continue


def test_without_windows() -> None:
    with pytest.raises(DataError, match="holds 'a', and no array named X"):
        read_bytes(npz(a=X))
    with pytest.raises(DataError, match="'X' and 'data', which could both be x"):
        read_bytes(npz(X=X, data=X))


def test_what_is_no_array_of_a_known_name_is_told() -> None:
    data = io.BytesIO(npz(X=np.zeros((4, 50, 3)), z=np.zeros(4)))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("labels", "walk")
    assert "arrays of other names were not used: 'z', 'labels'" in read_bytes(data.getvalue()).notes


def test_a_recording_of_two_axes_is_no_window_a_row(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(600, 3))
    np.savez(tmp_path / "a.npz", data=x, fs=50, labels=["walk"] * 300 + ["rest"] * 300)
    with pytest.raises(DataError, match=r"as a recording of 600 samples and 3 channels has; save that with three axes"):
        stridenet.read(tmp_path / "a.npz")
    np.savez(tmp_path / "a.npz", data=x[None], fs=50)
    (one,) = stridenet.read(tmp_path / "a.npz")
    assert one.data.shape == (600, 3)


def test_windows_of_few_samples_are_read_where_that_is_said(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros((60, 3)), y=["a", "b"] * 30)
    assert len(stridenet.read(tmp_path / "a.npz", layout="ntc", rate_hz=1)) == 60
