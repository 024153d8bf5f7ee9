"""A program as one C99 file and its header."""
