"""Plain networks get worse with depth, residual ones do not: He et al., CVPR 2016, figure 6, on patches of streets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.optim import SGD
from torch.optim.lr_scheduler import OneCycleLR

from proj4_code.given.basics.progress import bar_over
from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.explore.apparatus.experiment import Experiment, Result
from proj4_code.given.explore.apparatus.patches import Patches, cut_patches
from proj4_code.given.explore.apparatus.streets import load_frames, normalised
from proj4_code.given.explore.apparatus.study import Row, Study
from proj4_code.given.explore.models.residual import SmallNet, deepened

SHALLOW, DEEP = 20, 56
LARGEST_DIFFERENCE = 1e-4  # of two losses that are the same, computed in float32 through 36 layers more


@dataclass(frozen=True)
class Scale:
    """How large the experiment is.

    Attributes:
        frames: of the train and the val split that patches are cut from.
        short_side: of these frames in pixels.
        patches: of every class, to train on and to test on.
        side: of a patch in pixels.
        width: channels of the first stage.
        steps: iterations.
        batch: patches in a batch.
        rate: highest learning rate.
        seeds: how many.
        looks: how often the errors are measured on the way.
    """

    frames: tuple[int, int]
    short_side: int
    patches: tuple[int, int]
    side: int
    width: int
    steps: int
    batch: int
    rate: float
    seeds: int
    looks: int


QUICKEST = Scale((3, 2), 48, (4, 2), 8, 2, steps=2, batch=4, rate=0.1, seeds=1, looks=1)
QUICK = Scale((60, 30), 60, (400, 100), 12, 8, steps=100, batch=32, rate=0.1, seeds=3, looks=5)
FULL = Scale((367, 101), 240, (4500, 900), 32, 16, steps=20_000, batch=128, rate=0.1, seeds=3, looks=40)


class Run(NamedTuple):
    """A network that is to be trained."""

    layers: int
    residual: bool
    seed: int

    @property
    def network(self) -> str:
        """What people call the network."""
        return f"{'residual' if self.residual else 'plain'}-{self.layers}"

    @property
    def name(self) -> str:
        """How its row is called."""
        return f"{self.network}, seed {self.seed}"


def train(network: nn.Module, patches: tuple[Patches, Patches], scale: Scale, seed: int, device: torch.device) -> Row:
    """Train with the paper's optimizer on random batches, half of the patches mirrored.

    Returns:
        `steps`, and at each of them `train_error` and `val_error`, shares of patches that are classified wrongly.
    """
    generator = torch.Generator().manual_seed(seed)
    network.to(device)
    optimizer = SGD(network.parameters(), scale.rate, momentum=0.9, weight_decay=1e-4)
    scheduler = OneCycleLR(optimizer, scale.rate, scale.steps, cycle_momentum=False, pct_start=0.2)
    curves: Row = {"steps": [], "train_error": [], "val_error": []}
    learned, _ = patches
    for step in bar_over(range(1, scale.steps + 1), "training"):
        chosen = torch.randint(len(learned.classes), (scale.batch,), generator=generator)
        images = learned.images[chosen]
        mirrored = torch.rand(scale.batch, generator=generator) < 0.5
        images = torch.where(mirrored[:, None, None, None], images.flip(-1), images)
        network.train()
        loss = F.cross_entropy(network(normalised(images.to(device))), learned.classes[chosen].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        if step * scale.looks % scale.steps < scale.looks:
            curves["steps"].append(step)
            for name, shown in zip(("train_error", "val_error"), patches, strict=True):
                curves[name].append(error_and_loss(network, shown, device)[0])
    return curves


@torch.no_grad()
def error_and_loss(network: nn.Module, patches: Patches, device: torch.device, most: int = 2200) -> tuple[float, float]:
    """Compute the share of patches that are classified wrongly, and the mean loss, of at most so many."""
    network.eval()
    every = max(1, len(patches.classes) // most)
    images, classes = patches.images[::every], patches.classes[::every].to(device)
    logits = torch.cat([network(normalised(part.to(device))) for part in images.split(500)])
    wrong: Tensor = logits.argmax(1) != classes
    return wrong.float().mean().item(), F.cross_entropy(logits, classes).item()


def run(study: Study) -> Result:
    """Train the four networks with each seed."""
    scale = study.choose(QUICKEST, QUICK, FULL)
    frames = load_frames(study, *scale.frames, scale.short_side)
    train_patches, val_patches = (
        cut_patches(part, each, scale.side, seed)
        for seed, (part, each) in enumerate(zip(frames, scale.patches, strict=True))
    )

    def measure(run: Run) -> Row:
        torch.manual_seed(run.seed)
        network = SmallNet(run.layers, run.residual, scale.width, NUM_CLASSES)
        row = {"network": run.network, "seed": run.seed}
        row |= train(network, (train_patches, val_patches), scale, run.seed, study.device)
        loss = error_and_loss(network, val_patches, study.device)[1]
        if run.layers == SHALLOW:
            same = error_and_loss(deepened(network, DEEP), val_patches, study.device)[1]
            row["difference"] = abs(same - loss)
        return row | {"loss": loss}

    runs = [
        Run(layers, residual, seed)
        for seed in range(scale.seeds)
        for residual in (False, True)
        for layers in (SHALLOW, DEEP)
    ]
    rows = study.rows(runs, measure, lambda run: run.name)
    of_network = {run.network: [row for row in rows if row["network"] == run.network] for run in runs}
    columns = {"network": "", "training error (%)": ".1f", "validation error (%)": ".1f"}
    columns |= {f"training error, seed {seed} (%)": ".1f" for seed in range(scale.seeds)}
    cells = [
        (name, final(rows, "train_error"), final(rows, "val_error"), *(100 * row["train_error"][-1] for row in rows))
        for name, rows in of_network.items()
    ]
    largest = max(row["difference"] for row in rows if "difference" in row)
    note = (
        f"A network of {DEEP} layers made from each trained one of {SHALLOW}, by adding layers that compute the "
        f"identity, has the same validation loss: the largest difference is {largest:.1e}."
    )
    return Result(columns, cells, draw(of_network), claims_of(of_network, largest), notes=(note,))


def final(rows: Sequence[Row], kind: str) -> float:
    """Average the last error over the seeds, in percent."""
    return 100 * fmean(row[kind][-1] for row in rows)


def claims_of(of_network: Mapping[str, Sequence[Row]], difference: float) -> dict[str, bool]:
    """Check what the lecture says."""
    error = {name: final(rows, "train_error") for name, rows in of_network.items()}
    return {
        "the plain network of 56 layers has a higher training error than that of 20": error["plain-56"]
        > error["plain-20"],
        "the residual network of 56 layers has no higher training error than that of 20": error["residual-56"]
        <= error["residual-20"],
        "a deeper network that does as well exists: identity by construction": difference < LARGEST_DIFFERENCE,
    }


def draw(of_network: Mapping[str, Sequence[Row]]) -> Figure:
    """Draw figure 6 of the paper: errors by iteration, plain networks on the left, residual ones on the right."""
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, kind in zip(panels, ("plain", "residual"), strict=True):
        for layers, color in ((SHALLOW, "#e69f00"), (DEEP, "#0072b2")):
            rows = of_network[f"{kind}-{layers}"]
            for errors, style, split in (("train_error", "--", "training"), ("val_error", "-", "validation")):
                values = 100 * torch.tensor([row[errors] for row in rows])
                label = f"{layers} layers, {split}"
                axes.plot(rows[0]["steps"], values.mean(0), style, marker=".", color=color, label=label)
                axes.fill_between(rows[0]["steps"], values.amin(0), values.amax(0), color=color, alpha=0.12)
        axes.set(title=f"{kind} networks", xlabel="iterations", ylim=(0, None))
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
    panels[0].set_ylabel("error in percent; the band holds all seeds")
    return figure


QUESTION = """
Is a deeper network at least as good? It could be: take a trained network of 20 layers, and add 36 that compute the
identity. Plain networks (convolution, batch norm, ReLU) of 20 and of 56 layers are trained here to tell, from a patch
of a street, which of 11 classes is at its centre; so are the same networks with shortcuts (figure 6 of He et al., CVPR
2016).
"""
PREDICTION = """
Draw four curves of the *training* error by iteration: plain-20, plain-56, residual-20, residual-56. If the deeper plain
network ends higher, is that overfitting? What would you see in the training error if it were?
"""
CONCLUSIONS = """
The deeper plain network is worse on the data that it is trained on, so it is not overfitting: the optimizer does not
find a solution that exists, as the network made by construction shows. With a shortcut, a block that should do nothing
has to learn zeros, not the identity through convolutions and ReLUs, and gradients reach the first layers undiminished.
(Here residual blocks even start at zero, which the paper did not do yet; it lets a short run show more.) Quick runs are
short: after 100 iterations all networks are still bad, and what you see is how fast they learn.
The paper's figure shows where they end after 64 000 iterations: there, too, plain-56 stays above plain-20.
"""
EXPERIMENT = Experiment("depth", "Depth: plain and residual networks", QUESTION, PREDICTION, CONCLUSIONS, run)
