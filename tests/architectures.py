"""Networks that stand for all where each costs seconds to compile."""

OF_EVERY_KIND = ("cnn", "multihead", "gap", "stride-s", "lstm")
"""Dense layers, heads of several lengths, a flat input, views with batch normalization, a recurrence."""
