"""What a class got wrong that no known mistake explains."""
