"""Anything that holds recordings, read."""
