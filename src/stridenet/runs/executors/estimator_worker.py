"""A worker for estimators: the same, without Keras and JAX."""

from stridenet.runs.executors import worker


def main() -> None:
    """Works, and says what it refuses."""
    worker.main(networks=False)
