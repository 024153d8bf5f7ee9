"""Files by form, one file each."""
