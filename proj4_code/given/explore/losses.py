"""Losses: what cross-entropy, its weighted form, soft Dice and the focal loss make of the same network."""

from functools import cache, partial
from statistics import mean

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from torch import Tensor

from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES
from proj4_code.given.explore.apparatus.experiment import Cell, Experiment, Result
from proj4_code.given.explore.apparatus.fitting import Plan, fit
from proj4_code.given.explore.apparatus.streets import Frames, load_frames, normalised
from proj4_code.given.explore.apparatus.study import Row, Study
from proj4_code.given.networks.build import build_network
from proj4_code.given.networks.measures import Measures
from proj4_code.given.training.losses import LOSSES, make_loss

SCORED_AT_ONCE = 8  # frames
RARE = 0.03
"""A class with a smaller share of the training pixels than this is rare."""
CASE_NAMES = {"ce": "cross-entropy", "weighted_ce": "weighted", "dice": "Dice", "ce+dice": "both", "focal": "focal"}
COLORS = ("#222222", "#1f5fa8", "#b3261e", "#d9730d", "#1b7344")
MARKERS = ("o", "s", "^", "D", "v")


def shares_of(frames: Frames) -> np.ndarray:
    """Return the share of each class in the labelled pixels: (K,) float64."""
    counts = torch.bincount(frames.masks.flatten().int(), minlength=256)[:NUM_CLASSES]
    return (counts / counts.sum()).double().numpy()


def padded(images: Tensor) -> Tensor:
    """Pad images (N, 3, H, W) at the right and bottom to 8n+1, which PSPNet needs."""
    return F.pad(images, (0, (1 - images.shape[-1]) % 8, 0, (1 - images.shape[-2]) % 8))


@torch.no_grad()
def measured(model: torch.nn.Module, frames: Frames, device: torch.device) -> tuple[Tensor, dict]:
    """Return a network's confusion matrix (K, K) on some frames, of part 5, and what `Measures` adds to it."""
    from proj4_code.part5_iou import confusion_matrix

    model.to(device).eval()
    height, width = frames.masks.shape[1:]
    measures, matrix = Measures(), torch.zeros(NUM_CLASSES, NUM_CLASSES, dtype=torch.int64)
    pairs = zip(frames.images.split(SCORED_AT_ONCE), frames.masks.split(SCORED_AT_ONCE), strict=True)
    for images, masks in pairs:
        logits = model(padded(normalised(images.to(device))))["out"][..., :height, :width].float()
        target = masks.to(device).long()
        matrix += confusion_matrix(logits.argmax(1), target, NUM_CLASSES).cpu()
        measures.add(logits, target)
    return matrix, measures.scores()


def run(study: Study) -> Result:
    """Train the same network with each loss."""
    from proj4_code.part5_iou import iou_per_class, mean_iou, pixel_accuracy

    side = study.choose(49, 73, 241)
    plan = study.choose(Plan(2, 2, 33, 2e-3), Plan(60, 8, 65, 2e-3), Plan(2000, 16, 201, 1e-3))
    data = cache(partial(load_frames, study, *study.choose((8, 4), (80, 32), (367, 101)), side))

    def measure(name: str) -> Row:
        train, val = data()
        torch.manual_seed(0)
        model = build_network("fcn8s", 18, (), False, NUM_CLASSES)
        fit(model, train, plan, 0, study.device, make_loss(name, shares_of(train)))
        matrix, scores = measured(model, val, study.device)
        recall = matrix.diagonal() / matrix.sum(1)
        return {
            "miou": mean_iou(matrix),
            "accuracy": pixel_accuracy(matrix),
            "iou": [None if value != value else value for value in iou_per_class(matrix).tolist()],
            "recall": [None if value != value else value for value in recall.tolist()],
            "calibration": scores["calibration_error"],
        }

    found = dict(zip(LOSSES, study.rows(LOSSES, measure), strict=True))
    return result_of(found, shares_of(data()[0]))


def result_of(found: dict[str, Row], shares: np.ndarray) -> Result:
    """Put table, chart and claims together."""
    rare = [place for place in range(NUM_CLASSES) if 0 < shares[place] < RARE] or [int(shares.argmin())]
    recalls = {name: mean(row["recall"][place] or 0.0 for place in rare) for name, row in found.items()}
    columns = {
        "loss": "",
        "mean IoU": ".3f",
        "pixel accuracy": ".3f",
        "recall of rare classes": ".3f",
        "calibration error": ".3f",
        **dict.fromkeys(TRAIN_NAMES, ".2f"),
    }
    rows: list[list[Cell]] = [
        [CASE_NAMES[name], row["miou"], row["accuracy"], recalls[name], row["calibration"], *row["iou"]]
        for name, row in found.items()
    ]
    claims = {
        "weighted by class, cross-entropy finds more of the rare classes": recalls["weighted_ce"] > recalls["ce"],
        "for that it gives up pixel accuracy": found["weighted_ce"]["accuracy"] < found["ce"]["accuracy"],
        "cross-entropy knows better than Dice how sure it may be": found["ce"]["calibration"]
        < found["dice"]["calibration"],
    }
    names = ", ".join(TRAIN_NAMES[place] for place in rare)
    notes = [f"Rare, below {100 * RARE:.0f} % of the labelled pixels: {names}. Columns of classes: IoU."]
    return Result(columns, rows, draw_losses(found, recalls, shares), claims, notes=notes)


def draw_losses(found: dict[str, Row], recalls: dict[str, float], shares: np.ndarray) -> Figure:
    """Draw the IoU of each class, most frequent first, and the recall of rare classes against the calibration error."""
    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(5, 3))
    order = np.argsort(-shares)
    for (name, row), color, marker in zip(found.items(), COLORS, MARKERS, strict=True):
        values = [np.nan if row["iou"][place] is None else row["iou"][place] for place in order]
        style = {"color": color, "marker": marker, "linewidth": 1}
        left.plot(values, range(len(order)), label=CASE_NAMES[name], markersize=5, **style)
        right.plot(row["calibration"], recalls[name], markersize=8, **style)
    left.set_yticks(range(len(order)), [f"{TRAIN_NAMES[place]} {100 * shares[place]:.1f} %" for place in order])
    left.invert_yaxis()
    left.set(xlabel="IoU, 0 to 1", xlim=(-0.02, 1))
    figure.legend(*left.get_legend_handles_labels(), frameon=False, loc="outside upper center", ncols=len(COLORS))
    right.set(xlabel="calibration error", ylabel="recall of rare classes", xlim=(0, None), ylim=(0, None))
    right.margins(x=0.3, y=0.15)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="0.92")
    return figure


EXPERIMENT = Experiment(
    name="losses",
    title="Losses",
    question=(
        "Poles, signs and people cover few pixels, and cross-entropy counts pixels. One network is trained with "
        "cross-entropy, with classes weighted by how rare they are, with soft Dice, with both, and with the focal "
        "loss."
    ),
    prediction=(
        "Which loss finds most of the rare classes' pixels? Which has the highest pixel accuracy? Of pixels that "
        "the network calls with 90 % confidence, 90 % should be right: for which loss are they?"
    ),
    conclusions=(
        "A weight moves the balance between missing a class and seeing it everywhere: recall rises, precision "
        "falls, and IoU may do either. Dice asks for overlap, and not for probabilities: its outputs are near 0 and "
        "1, right or wrong. What this does not show: each loss would deserve its own learning rate, and a run this "
        "short favours none of them."
    ),
    run=run,
    parts=(5, 6),
)
