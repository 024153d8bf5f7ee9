"""UCI HAR's filters in C give what they give in Python."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from programs import small
from stridenet.exports.about import About
from stridenet.exports.c.files import files
from stridenet_runtime.front import Front

_DRIVER = """
#include <stdio.h>
#include "toy.h"
int main(void)
{
    float raw[6], channels[2];
    toy_filter(0, channels);
    while (fread(raw, sizeof *raw, 6, stdin) == 6)
        if (toy_filter(raw, channels))
            fwrite(channels, sizeof *channels, 2, stdout);
    return 0;
}
"""
_RAW = tuple((f"{kind}_{axis}", unit) for kind, unit in (("acc", "g"), ("gyro", "rad/s")) for axis in "xyz")


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
@pytest.mark.parametrize("gone", [(), (60,), (0, 61, 62, 64, 198)])
def test_filters_in_c_are_those_of_python(gone: tuple[int, ...], tmp_path: Path) -> None:
    channels = (("body_gyro_z", "rad/s"), ("total_acc_x", "g"))
    about = About("toy", 8, 4, 50.0, channels, ("a", "b", "c"), _RAW)
    for name, text in files(small(), about).items():
        (tmp_path / name).write_text(text, encoding="ascii")
    (tmp_path / "driver.c").write_text(_DRIVER)
    flags = ["-std=c99", "-ffast-math", "-Wall", "-Wextra", "-Werror", "-O2", "-fsanitize=address,undefined"]
    subprocess.run(["gcc", *flags, "driver.c", "toy.c", "-lm", "-o", "driver"], cwd=tmp_path, check=True)
    raw = np.random.default_rng(0).normal(0, 1, (200, 6)).astype(np.float32)
    for at in gone:
        raw[at, at % 6] = np.inf if at % 2 else np.nan
    done = subprocess.run([tmp_path / "driver"], input=raw.tobytes(), stdout=subprocess.PIPE, check=True)
    expected = Front(6, "uci-har").push(raw)[:199, [8, 0]]
    np.testing.assert_allclose(np.frombuffer(done.stdout, np.float32).reshape(-1, 2), expected, atol=1e-6)


def test_raw_windows_need_no_filter() -> None:
    about = About("toy", 8, 4, 50.0, (("acc_x", "g"), ("acc_y", "g")), ("a", "b", "c"))
    assert not any("filter" in text for text in files(small(), about).values())
