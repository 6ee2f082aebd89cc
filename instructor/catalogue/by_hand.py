"""Upsampling by hand with wrong places: parts 1 and 3 share what is wrong, and how it is written."""

CELLS_COUNTED = "the upsampling counts the cells of a row instead of the gaps between them"
STEPS = "How many steps lead from the first of three cells to the last, and on which pixels should both end up?"
PLACES = {
    "to-the-end": "torch.linspace(0, cells, pixels)",
    "to-the-end-and-held": "torch.linspace(0, cells, pixels).clamp(max=cells - 1)",
    "per-pixel": "torch.arange(pixels) * cells / pixels",
    "per-pixel-and-held": "(torch.arange(pixels) * cells / pixels).clamp(max=cells - 1)",
}
"""How it is done -> where each pixel of a row lies among its cells; beyond the last cell, maps fade or are held."""


def enlarging(places: str) -> str:
    """Write a function `enlarge` that upsamples maps to `size`, for a method that has `torch`."""
    return f"""\
        def shares(cells: int, pixels: int) -> Tensor:
            places = {places}
            return (1 - (places[:, None] - torch.arange(cells)).abs()).clamp(min=0)

        def enlarge(maps: Tensor) -> Tensor:
            return torch.einsum("nkij,yi,xj->nkyx", maps, *map(shares, maps.shape[2:], size))

"""
