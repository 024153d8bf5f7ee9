"""What can go wrong because of what came in; each is also the built-in error that it resembles.

The root is shared with stridenet, whose ``errors`` takes it from here: one ``except StridenetError`` gets all.
"""


class StridenetError(Exception):
    """The root: something that the user can put right."""


class ProgramError(StridenetError, ValueError):
    """A program's steps do not fit each other."""


class BundleError(StridenetError, ValueError):
    """A model file is damaged, not ours, or made by a newer version."""


class EngineError(StridenetError, RuntimeError):
    """What is to answer is not installed, or does not take this model."""
