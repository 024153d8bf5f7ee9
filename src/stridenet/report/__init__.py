"""What people look at: pictures of data and results, and the one-page summary; the only room that draws."""
