"""What machine and disk give."""
