"""Training: what each step was worth to earlier students, on the validation split."""

from matplotlib.figure import Figure

from .style import BLUE, GREY, GRID, WIDTH

STEPS = (  # what was added, least and most mean IoU on val
    ("plain network, nothing pretrained", 0.37, 0.45),
    ("+ pretrained backbone", 0.44, 0.55),
    ("+ augmentation", 0.48, 0.55),
    ("PSPNet without pyramid pooling", 0.58, 0.58),
    ("+ pyramid pooling", 0.56, 0.61),
    ("+ auxiliary loss", 0.59, 0.63),
)


def draw() -> Figure:
    """Draw a bar for each step, from the lowest to the highest result, with both values."""
    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.add_axes((0.335, 0.2, 0.645, 0.74))
    for row, (title, least, most) in enumerate(STEPS):
        axes.plot([least, most], [row, row], color=BLUE, lw=7, solid_capstyle="round")
        axes.text(-0.01, row, title, transform=axes.get_yaxis_transform(), ha="right", va="center")
        values = f"{least:.2f}" if least == most else f"{least:.2f} to {most:.2f}"
        axes.annotate(values, (most, row), (9, 0), textcoords="offset points", va="center", fontsize=9)
    axes.set(xlim=(0.3, 0.7), ylim=(len(STEPS) - 0.5, -0.5), yticks=[], xlabel="mean IoU on val, 0 to 1")
    axes.grid(axis="x", color=GRID)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(color=GREY)
    return figure
