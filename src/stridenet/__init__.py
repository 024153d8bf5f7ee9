"""From sensor recordings to an honestly evaluated 1D convolutional network that runs anywhere.

Recordings are cut into windows, windows train a model, and a result keeps every prediction::

    import stridenet

    run = stridenet.run(stridenet.RunSpec(repeats=3))
    print(run.result.metrics()["accuracy_mean"], run.folder)

Importing this loads nothing else: a name's module is loaded when the name is first used, so Keras, JAX and matplotlib
come with what needs them.
"""

from importlib import import_module

TYPE_CHECKING = False  # as type checkers know it; `typing` of the current folder could be imported in its place
if TYPE_CHECKING:  # the same names as in _WHERE below, for type checkers and editors; a test compares the two
    from stridenet.baselines.features import features as features
    from stridenet.baselines.transformer import FeatureTransformer as FeatureTransformer
    from stridenet.data.load import load_recordings as load_recordings
    from stridenet.data.load import load_windows as load_windows
    from stridenet.data.load import read as read
    from stridenet.engine.predictor import Predictor as Predictor
    from stridenet.engine.trainer import Trainer as Trainer
    from stridenet.errors import BackendError as BackendError
    from stridenet.errors import DataError as DataError
    from stridenet.errors import DataMissingError as DataMissingError
    from stridenet.errors import ExportError as ExportError
    from stridenet.errors import OutputError as OutputError
    from stridenet.errors import SettingError as SettingError
    from stridenet.errors import SplitError as SplitError
    from stridenet.errors import StridenetError as StridenetError
    from stridenet.errors import UnknownNameError as UnknownNameError
    from stridenet.errors import WorkerError as WorkerError
    from stridenet.evaluation.result import Result as Result
    from stridenet.exports.verify import verify as verify
    from stridenet.models.build import build
    from stridenet.prediction.answering import Prediction as Prediction
    from stridenet.prediction.answering import predict as predict
    from stridenet.reference.convolution import average_pool1d as average_pool1d
    from stridenet.reference.convolution import conv1d as conv1d
    from stridenet.reference.convolution import conv1d_output_length as conv1d_output_length
    from stridenet.reference.convolution import max_pool1d as max_pool1d
    from stridenet.reference.recovery import recover_filter as recover_filter
    from stridenet.reference.trace import conv1d_trace as conv1d_trace
    from stridenet.runs.advice import advise as advise
    from stridenet.runs.comparison import Compared as Compared
    from stridenet.runs.comparison import compare as compare
    from stridenet.runs.exporting import export as export
    from stridenet.runs.job import Run as Run
    from stridenet.runs.job import run as run
    from stridenet.runs.sweep import sweep as sweep
    from stridenet.signals.recording import Recording as Recording
    from stridenet.signals.simulation import simulate as simulate
    from stridenet.signals.windows import Windows as Windows
    from stridenet.signals.windows import cut as cut
    from stridenet.spec import RunSpec as RunSpec

    build_model = build

__version__ = "0.1.0"

_WHERE = {
    "BackendError": "errors",
    "Compared": "runs.comparison",
    "DataError": "errors",
    "DataMissingError": "errors",
    "ExportError": "errors",
    "FeatureTransformer": "baselines.transformer",
    "OutputError": "errors",
    "Prediction": "prediction.answering",
    "Predictor": "engine.predictor",
    "Recording": "signals.recording",
    "Result": "evaluation.result",
    "Run": "runs.job",
    "RunSpec": "spec",
    "SettingError": "errors",
    "SplitError": "errors",
    "StridenetError": "errors",
    "Trainer": "engine.trainer",
    "UnknownNameError": "errors",
    "Windows": "signals.windows",
    "WorkerError": "errors",
    "advise": "runs.advice",
    "average_pool1d": "reference.convolution",
    "build_model": "models.build:build",
    "compare": "runs.comparison",
    "conv1d": "reference.convolution",
    "conv1d_output_length": "reference.convolution",
    "conv1d_trace": "reference.trace",
    "cut": "signals.windows",
    "export": "runs.exporting",
    "features": "baselines.features",
    "load_recordings": "data.load",
    "load_windows": "data.load",
    "max_pool1d": "reference.convolution",
    "predict": "prediction.answering",
    "read": "data.load",
    "recover_filter": "reference.recovery",
    "run": "runs.job",
    "simulate": "signals.simulation",
    "sweep": "runs.sweep",
    "verify": "exports.verify",
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
