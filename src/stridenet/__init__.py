"""From sensor recordings to an honestly evaluated 1D convolutional network that runs anywhere.

Recordings are cut into windows, windows train a model, and a result keeps every prediction::

    import stridenet

    run = stridenet.run(stridenet.RunSpec(repeats=3))
    print(run.result.metrics()["accuracy_mean"], run.folder)

Importing this loads nothing else: a name's module is loaded when the name is first used, so Keras, JAX and matplotlib
come with what needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names as in _WHERE below, for type checkers and editors; a test compares the two
    from stridenet.conv import average_pool1d as average_pool1d
    from stridenet.conv import conv1d as conv1d
    from stridenet.conv import conv1d_output_length as conv1d_output_length
    from stridenet.conv import max_pool1d as max_pool1d
    from stridenet.conv_trace import conv1d_trace as conv1d_trace
    from stridenet.datasets import load_recordings as load_recordings
    from stridenet.datasets import load_windows as load_windows
    from stridenet.errors import BackendError as BackendError
    from stridenet.errors import DataError as DataError
    from stridenet.errors import DataMissingError as DataMissingError
    from stridenet.errors import OutputError as OutputError
    from stridenet.errors import SettingError as SettingError
    from stridenet.errors import SplitError as SplitError
    from stridenet.errors import StridenetError as StridenetError
    from stridenet.errors import UnknownNameError as UnknownNameError
    from stridenet.filter_recovery import recover_filter as recover_filter
    from stridenet.job import Run as Run
    from stridenet.job import run as run
    from stridenet.models import build
    from stridenet.predictor import Predictor as Predictor
    from stridenet.recording import Recording as Recording
    from stridenet.result import Result as Result
    from stridenet.simulation import simulate as simulate
    from stridenet.spec import RunSpec as RunSpec
    from stridenet.train import Trainer as Trainer
    from stridenet.windows import Windows as Windows
    from stridenet.windows import cut as cut

    build_model = build

__version__ = "0.1.0"

_WHERE = {
    "BackendError": "errors",
    "DataError": "errors",
    "DataMissingError": "errors",
    "OutputError": "errors",
    "Predictor": "predictor",
    "Recording": "recording",
    "Result": "result",
    "Run": "job",
    "RunSpec": "spec",
    "SettingError": "errors",
    "SplitError": "errors",
    "StridenetError": "errors",
    "Trainer": "train",
    "UnknownNameError": "errors",
    "Windows": "windows",
    "average_pool1d": "conv",
    "build_model": "models:build",
    "conv1d": "conv",
    "conv1d_output_length": "conv",
    "conv1d_trace": "conv_trace",
    "cut": "windows",
    "load_recordings": "datasets",
    "load_windows": "datasets",
    "max_pool1d": "conv",
    "recover_filter": "filter_recovery",
    "run": "job",
    "simulate": "simulation",
}

__all__ = sorted(_WHERE)

if not TYPE_CHECKING:  # a type checker would take any name for known

    def __getattr__(name: str) -> object:
        """Loads a public name from its module on first use."""
        if name not in _WHERE:
            raise AttributeError(f"module 'stridenet' has no attribute {name!r}")
        module, _, attribute = _WHERE[name].partition(":")
        value = getattr(import_module(f"stridenet.{module}"), attribute or name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """The public names, loaded or not."""
        return sorted({*globals(), *_WHERE})
