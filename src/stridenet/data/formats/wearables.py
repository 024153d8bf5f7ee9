"""Binary files of wrist accelerometers (Axivity ``.cwa``, ActiGraph ``.gt3x``), read by the library ``actipy``."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from stridenet.data.formats.extras import extra
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, short

_FORMS = {".cwa": "Axivity", ".gt3x": "ActiGraph"}
_CHANNELS = {
    "x": ("acc_x", "acceleration with gravity", "g"),
    "y": ("acc_y", "acceleration with gravity", "g"),
    "z": ("acc_z", "acceleration with gravity", "g"),
    "gyro_x": ("gyro_x", "rotation rate", "deg/s"),
    "gyro_y": ("gyro_y", "rotation rate", "deg/s"),
    "gyro_z": ("gyro_z", "rotation rate", "deg/s"),
}


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - both are known by their ending
    """Known by the ending."""
    return file.suffix in _FORMS


def read(file: File) -> list[Sheet]:
    """The samples as the device took them: nothing filtered, calibrated or resampled.

    Raises:
        DataError: ``actipy`` or Java is missing, or the file is damaged.
    """
    where = file.where
    actipy = extra("actipy", where)
    with _on_disk(file) as path:
        try:
            data, info = actipy.read_device(
                str(path),
                lowpass_hz=None,
                calibrate_gravity=False,
                detect_nonwear=False,
                resample_hz=None,
                verbose=False,
            )
        except FileNotFoundError as error:
            if "java" not in str(error):
                raise DataError(f"{where} cannot be read ({short(str(error), 120)}).") from None
            raise DataError(f"{where} is read with Java (8 or newer), which was not found; install it.") from None
        except Exception as error:  # of many kinds, by what is damaged
            raise DataError(
                f"{where} cannot be read by actipy ({short(str(error), 120)}); copy it from the device again."
            ) from None
    columns = {str(name): data[name].to_numpy() for name in data.columns}
    frame = pl.DataFrame({"time": np.asarray(data.index.values, "datetime64[ns]"), **columns})
    known = {"time": Known("time", "the device's clock")}
    known |= {name: Known("channel", why, channel) for name, (channel, why, _) in _CHANNELS.items() if name in columns}
    known |= {name: Known("left out", "no movement") for name in columns if name not in _CHANNELS}
    return [
        Sheet(
            name=file.name,
            frame=frame.with_columns(pl.col(pl.Float32, pl.Float64).fill_nan(None)),
            form=_FORMS[file.suffix],
            kind="samples" if frame.height else "nothing",
            why="" if frame.height else "it holds no samples",
            units={name: unit for name, (_, _, unit) in _CHANNELS.items() if name in columns},
            known=known,
            rate_hz=float(info["SampleRate"]) if "SampleRate" in info else None,
        )
    ]


@contextmanager
def _on_disk(file: File) -> Iterator[Path]:
    """Where the file lies, which its library must open by itself."""
    if file.path is not None:
        yield file.path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"recording{file.suffix}"
        path.write_bytes(file.open())
        yield path
