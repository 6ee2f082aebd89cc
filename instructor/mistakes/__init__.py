"""Known mistakes: small edits of the reference that students could really make."""
