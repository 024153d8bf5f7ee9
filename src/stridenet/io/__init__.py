"""Readers for recordings of your own."""
