"""What a checkout ships against what a database has, and what older code cannot live with."""
