"""A picture of what becomes of the classes of several data sets."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from proj4_code.given.explore.taxonomies.tables import Taxonomy
from proj4_code.given.explore.taxonomies.tree import ANSWERS, NEW, PART, SAME, SPLIT, SUPERSET, UNLABELLED, Decision

STYLES = {
    SAME: ("#555555", "-"),
    NEW: ("#1b7344", "-"),
    SPLIT: ("#b3261e", "-"),
    SUPERSET: ("#1f5fa8", "-"),
    PART: ("#d9730d", "-"),
    UNLABELLED: ("#555555", ":"),
}
"""Colour and kind of the line of each answer."""
LINE = 0.2  # inches of a row
LOST = "(left unlabelled)"


def draw_merge(decisions: Sequence[Decision], merged: Taxonomy) -> Figure:
    """Draw the first data set's classes at the left, the others' at the right, and what they become between them."""
    datasets = list(dict.fromkeys(decision.dataset for decision in decisions))
    left = [decision for decision in decisions if decision.dataset == datasets[0]]
    right = [decision for decision in decisions if decision.dataset != datasets[0]]
    order = {name: place for place, name in enumerate([*(each.name for each in merged.classes), LOST])}
    rows = max(len(left) + 1, len(right) + len(datasets) - 1, len(order) + 1)
    figure = Figure(figsize=(8.4, LINE * rows + 0.7), layout="constrained")
    axes = figure.subplots()
    step = rows / (len(order) + 1)
    middle = {name: rows - step * (place + 1) for name, place in order.items()}
    axes.text(0.5, rows, "merged", ha="center", va="center", weight="bold")
    for name, y in middle.items():
        axes.text(0.5, y, name, ha="center", va="center", fontsize=9)
    for side, decided in ((0.0, left), (1.0, right)):
        entries: list[Decision | str] = []
        for name in datasets:
            own = sorted((d for d in decided if d.dataset == name), key=lambda d: order[(*d.becomes, LOST)[0]])
            entries += [name, *own] if own else []
        step = rows / len(entries)
        for place, entry in enumerate(entries):
            y, align = rows - step * place, "right" if side == 0 else "left"
            if isinstance(entry, str):
                axes.text(side, y, entry, ha=align, va="center", weight="bold")
                continue
            axes.text(side, y, entry.name, ha=align, va="center", fontsize=9)
            color, style = STYLES[entry.answer]
            end = 0.5 + (0.105 if side else -0.105)
            for target in entry.becomes or (LOST,):
                ends = [side + (-0.01 if side else 0.01), end], [y, middle[target]]
                axes.plot(*ends, color=color, linestyle=style, linewidth=1.2)
    axes.set(xlim=(-0.25, 1.25), ylim=(0, rows + 0.7))
    axes.axis("off")
    used = [answer for answer in ANSWERS if any(decision.answer == answer for decision in decisions)]
    lines = [axes.plot([], [], color=STYLES[answer][0], linestyle=STYLES[answer][1])[0] for answer in used]
    figure.legend(lines, used, loc="outside lower center", ncols=3, frameon=False)
    return figure
