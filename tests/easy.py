"""Tiny recordings that a small network learns."""

import numpy as np

from stridenet.signals.recording import Recording


def easy_recordings(n_people: int = 6) -> list[Recording]:
    """Three activities that differ in size and speed, at 20 Hz, from people who differ a little."""
    rng = np.random.default_rng(5)
    labels = np.repeat([0, 1, 2], 80)
    time = np.arange(len(labels)) / 20
    size, speed = np.array([0.05, 1.0, 1.0])[labels], np.array([1.0, 1.0, 4.0])[labels]
    recordings = []
    for person in range(1, n_people + 1):
        wave = size * np.sin(2 * np.pi * speed * time * rng.uniform(0.9, 1.1) + rng.uniform(0, 6))
        data = np.stack([wave, np.roll(wave, 3) + (labels == 2)], axis=1) + rng.normal(0, 0.05, (len(labels), 2))
        name, classes = f"r{person}", ("rest", "walk", "run")
        data = data.astype(np.float32)
        recordings.append(Recording(name, f"p{person}", data, ("x", "y"), ("g", "g"), 20.0, labels, classes))
    return recordings
