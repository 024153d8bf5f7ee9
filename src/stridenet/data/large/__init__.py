"""Sources that are too large for the memory: read in parts, kept on the disk meanwhile, with the same result."""
