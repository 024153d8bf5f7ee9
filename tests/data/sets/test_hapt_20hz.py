from pathlib import Path

import numpy as np
import pytest

from stridenet.data import load as datasets


@pytest.mark.real
def test_it_is_hapts_accelerometer(real_data: Path) -> None:
    whole = datasets.load_recordings("hapt", data_dir=real_data)
    own = datasets.load_recordings("hapt-20hz", data_dir=real_data)
    assert [r.name for r in own] == [r.name for r in whole]
    assert own[0].channels == ("acc_x", "acc_y", "acc_z")
    for a, b in zip(own, whole, strict=True):
        assert abs(a.duration_s - b.duration_s) < 1 / 20
        np.testing.assert_allclose(a.data.mean(axis=0), b.data[:, :3].mean(axis=0), atol=2e-3)
        assert abs((a.labels >= 0).mean() - (np.isin(b.labels, range(6))).mean()) < 1e-2


@pytest.mark.real
def test_windows_as_wisdms(real_data: Path) -> None:
    windows = datasets.load_windows("hapt-20hz", data_dir=real_data)
    assert windows.x.shape[1:] == (80, 3)
    assert windows.classes == ("walking", "walking_upstairs", "walking_downstairs", "sitting", "standing", "laying")
    assert len(windows.people) == 30
