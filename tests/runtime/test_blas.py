import pytest

from stridenet_runtime import blas
from stridenet_runtime.blas import one_thread


def test_the_number_of_threads_comes_back() -> None:
    found = blas._functions()
    if found is None:
        pytest.skip("NumPy was built with another library")
    get, put = found
    before = get()
    put(2)
    with one_thread():
        assert get() == 1
        with one_thread():
            pass
        assert get() == 1
    assert get() == 2
    put(before)


def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "_functions", lambda: None)
    with one_thread():
        pass
