"""Recordings that remember what they are known by, so that windows cut from them do too."""

from collections.abc import Iterable, Sequence

from stridenet.signals.reading import Reading
from stridenet.signals.recording import Recording


class Known(list[Recording]):
    """A list of recordings as a data set has them; what is made of it, such as a slice, is a plain list.

    Args:
        recordings: all of one data set.
        source: where they came from, for people to read.
        digest: identifies their content.
        test_groups: the people that the data set's authors keep for testing.
        simulated: whether a program made the signals.
        reading: how they were read, where they are someone's own.
    """

    def __init__(
        self,
        recordings: Iterable[Recording],
        *,
        source: str = "",
        digest: str = "",
        test_groups: Sequence[str] = (),
        simulated: bool = False,
        reading: Reading | None = None,
    ) -> None:
        super().__init__(recordings)
        self.source, self.digest, self.simulated = source, digest, simulated
        self.test_groups, self.reading = tuple(test_groups), reading or Reading()
