"""The pictures of the handout, one per module; `docs/draw_figures.py` writes them."""
