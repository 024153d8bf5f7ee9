"""Who is tested, how good, how sure."""
