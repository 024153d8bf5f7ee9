"""Convolution in plain NumPy, to check and to learn."""
