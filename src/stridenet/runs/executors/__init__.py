"""Ways to run many trainings."""
