"""A program as JavaScript, and a page that answers with it and with nothing else."""
