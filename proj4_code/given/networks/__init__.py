"""Networks by name, and what they predict."""
