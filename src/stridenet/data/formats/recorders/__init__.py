"""How recorders write their tables, one file each."""
