"""Many trainings: planned, run somewhere, kept."""
