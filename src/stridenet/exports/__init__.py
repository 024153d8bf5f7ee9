"""A trained network in forms that leave Keras."""
