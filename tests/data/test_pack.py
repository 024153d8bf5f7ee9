from dataclasses import replace
from pathlib import Path

import numpy as np

from stridenet.data import pack
from stridenet.runs.trial import content
from stridenet.signals.simulation import simulate
from stridenet.signals.windows import Windows
from stridenet.system.cache import Stored, load_or_make
from stridenet.system.mapped import in_file


def never() -> Stored:
    raise AssertionError("made again")


def test_windows_come_back_as_places_over_one_mapped_signal(easy: Windows, tmp_path: Path) -> None:
    copies = replace(easy, x=np.asarray(easy.x))
    for name, windows in (("places", easy), ("copies", copies)):
        load_or_make(name, lambda windows=windows: pack.pack_windows(windows), folder=tmp_path)  # type: ignore[misc]
        back = pack.unpack_windows(load_or_make(name, never, folder=tmp_path))
        np.testing.assert_array_equal(back.x, easy.x)
        assert content(back) == content(easy)
        assert back.places.held < 0.6 * easy.x.nbytes
        assert in_file(back.places.signals[0])
    assert (tmp_path / "places.bin").stat().st_size == (tmp_path / "copies.bin").stat().st_size


def test_recordings_come_back_as_pieces_of_one_mapped_signal(tmp_path: Path) -> None:
    recordings = simulate(n_people=2)
    recordings[1] = replace(recordings[1], data=recordings[1].data.astype(np.float64))
    stored = load_or_make("a", lambda: pack.pack_recordings(recordings), folder=tmp_path)
    for one, other in zip(pack.unpack_recordings(stored), recordings, strict=True):
        np.testing.assert_array_equal(one.data, other.data)
        np.testing.assert_array_equal(one.labels, other.labels)
        assert (one.name, one.group, one.classes, one.rate_hz) == (other.name, other.group, other.classes, 50.0)
        assert in_file(one.data)
    assert stored.meta["digest"] == pack.digest_of(recordings) != pack.digest_of(recordings[::-1])
