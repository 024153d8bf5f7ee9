"""What a source's files, columns and names mean: found out by name, by format and by content, and always told."""
