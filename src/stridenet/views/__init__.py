"""What people look at; knows no run folder."""
