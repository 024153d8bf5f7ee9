"""Recordings and windows, before any network."""
