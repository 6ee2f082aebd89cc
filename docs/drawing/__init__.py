"""The pictures of the handout, one a module; `docs/draw_figures.py` writes them."""
