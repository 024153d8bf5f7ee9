"""What several test files share: tiny data that a small network learns, and the rule for real data."""

import atexit
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import settings

from easy import easy_recordings
from stridenet.runs.executors.processes import ONE_THREAD
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# set before anything loads JAX: tests share what they compile, and leave the caches of whoever runs them alone
os.environ["JAX_COMPILATION_CACHE_DIR"] = tempfile.mkdtemp(prefix="stridenet-compiled-")
os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
atexit.register(shutil.rmtree, os.environ["JAX_COMPILATION_CACHE_DIR"], ignore_errors=True)
# on a busy machine several threads add up in another order each time, and what is compared to the last digit differs
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {ONE_THREAD}".strip()

REAL = ("uci-har.tar.xz", "hapt-raw.tar.xz", "wisdm2019-watch-reduced.tar.xz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_file = Counter(item.path for item in items)  # of few tests each takes long: last are those that end together
    items.sort(key=lambda item: in_file[item.path])
    if os.environ.get("STRIDENET_DATA"):
        return
    skip = pytest.mark.skip(reason="STRIDENET_DATA is not set")
    for item in items:
        if item.get_closest_marker("real"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data; a test that asks for it must be marked ``real``, and fails without the files."""
    folder = Path(os.environ["STRIDENET_DATA"]).resolve()
    missing = [name for name in REAL if not (folder / name).is_file()]
    if missing:
        pytest.fail(f"STRIDENET_DATA is {folder}, which lacks {', '.join(missing)}")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the cache of whoever runs it; the tests of one session share one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIDENET_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def recordings() -> list[Recording]:
    """What the easy windows are cut from."""
    return easy_recordings()


@pytest.fixture(scope="session")
def easy() -> Windows:
    """174 windows of 16 samples from 6 people, the last two of whom are the official test people."""
    return cut(easy_recordings(), length=16, step=8, test_groups=("p5", "p6"))


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of someone's own tables: five people, two activities, 20 Hz, 12 s each."""
    folder = tmp_path_factory.mktemp("tables")
    rng = np.random.default_rng(4)
    walking = np.repeat([0, 1], 120)
    for person in range(1, 6):
        x = walking * (1 + np.sin(np.arange(240) * rng.uniform(0.9, 1.1))) + rng.normal(0, 0.1, 240)
        y = rng.normal(0, 0.1, 240)
        lines = [f"0{person},{i / 20},{x[i]:.4f},{y[i]:.4f},{('rest', 'walk')[walking[i]]}" for i in range(240)]
        (folder / f"p{person}.csv").write_text("\n".join(["person,time,x,y,activity", *lines]) + "\n")
    return folder


settings.register_profile("stridenet", deadline=None)  # the first example may load or compile something
settings.load_profile("stridenet")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list["Figure"]:
    """Every figure that is saved; laid out only, as writing the files takes most of the time."""
    from stridenet.views.plots import style  # matplotlib is loaded by the tests that draw

    seen: list[Figure] = []

    def keep(fig: "Figure", folder: Path, name: str) -> list[Path]:
        seen.append(fig)
        style.lay_out(fig)
        return [folder / f"{name}.png", folder / f"{name}.svg"]

    monkeypatch.setattr(style, "save", keep)
    return seen
