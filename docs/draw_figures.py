"""Draw the pictures of the handout: `python docs/draw_figures.py [NAME ...]`, such as `part2`; all if none is named."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # proj4_code, also where it is not installed

from drawing import (
    beyond_learning,
    beyond_networks,
    corners,
    dilation,
    journey,
    labels,
    measures,
    overview,
    pooling,
    schedule,
    steps,
)
from drawing.style import save, use_style

PICTURES = {
    "overview": (overview.draw, "svg"),
    "part1": (pooling.draw, "svg"),
    "part2": (dilation.draw, "svg"),
    "part3": (corners.draw, "svg"),
    "part4": (labels.draw, "svg"),
    "part5": (measures.draw, "svg"),
    "part6": (schedule.draw, "svg"),
    "journey": (journey.draw, "svg"),
    "steps": (steps.draw, "svg"),
    "decoders": (beyond_networks.draw_decoders, "svg"),
    "depth": (beyond_networks.draw_depth, "svg"),
    "complexity": (beyond_networks.draw_complexity, "svg"),
    "context": (beyond_networks.draw_context, "svg"),
    "losses": (beyond_learning.draw_losses, "svg"),
    "transfer": (beyond_learning.draw_transfer, "svg"),
    "merging": (beyond_learning.draw_merging, "svg"),
}


def main() -> None:
    """Draw the pictures named on the command line."""
    names = sys.argv[1:] or list(PICTURES)
    if unknown := set(names) - set(PICTURES):
        sys.exit(f"no picture is called {', '.join(sorted(unknown))}; there are {', '.join(PICTURES)}")
    use_style()
    for name in names:
        draw, suffix = PICTURES[name]
        print(save(draw(), f"handout_{name}.{suffix}"))


if __name__ == "__main__":
    main()
