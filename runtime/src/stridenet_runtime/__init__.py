"""Answers from stridenet's model files with NumPy and onnxruntime alone.

Importing this loads nothing else: a name's module is loaded when the name is first used.
"""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:  # the same names as in _WHERE below, for type checkers and editors; a test compares the two
    from stridenet_runtime.bundle import Bundle as Bundle
    from stridenet_runtime.bundle import open_bundle as open_bundle
    from stridenet_runtime.errors import BundleError as BundleError
    from stridenet_runtime.errors import EngineError as EngineError
    from stridenet_runtime.errors import ProgramError as ProgramError
    from stridenet_runtime.errors import StridenetError as StridenetError
    from stridenet_runtime.manifest import Manifest as Manifest
    from stridenet_runtime.numpy_engine import NumpySession as NumpySession
    from stridenet_runtime.onnx_session import OnnxSession as OnnxSession
    from stridenet_runtime.program import Node as Node
    from stridenet_runtime.program import Program as Program

__version__ = "0.1.0"

_WHERE = {
    "Bundle": "bundle",
    "BundleError": "errors",
    "EngineError": "errors",
    "Manifest": "manifest",
    "Node": "program",
    "NumpySession": "numpy_engine",
    "OnnxSession": "onnx_session",
    "Program": "program",
    "ProgramError": "errors",
    "StridenetError": "errors",
    "open_bundle": "bundle",
}

__all__ = sorted(_WHERE)

if not TYPE_CHECKING:  # a type checker would take any name for known

    def __getattr__(name: str) -> object:
        """Loads a public name from its module on first use."""
        if name not in _WHERE:
            raise AttributeError(f"module 'stridenet_runtime' has no attribute {name!r}")
        value = getattr(import_module(f"stridenet_runtime.{_WHERE[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """The public names, loaded or not."""
        return sorted({*globals(), *_WHERE})
