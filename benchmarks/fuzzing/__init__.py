"""What fuzz_readers.py damages, and how."""
