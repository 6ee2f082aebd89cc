"""Transfer: what weights that were learnt elsewhere are worth on a new data set with few images.

Yosinski et al., "How Transferable Are Features in Deep Neural Networks?", NeurIPS 2014; Howard and Ruder, ACL 2018,
section 3.2, rates by layer.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from statistics import mean
from typing import NamedTuple

import safetensors.torch
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES, VOID
from proj4_code.given.explore.apparatus.experiment import Cell, Experiment, Result
from proj4_code.given.explore.apparatus.fitting import Plan, fit, predict
from proj4_code.given.explore.apparatus.streets import Frames, load_frames
from proj4_code.given.explore.apparatus.study import NO_WEIGHTS, Row, Size, Study
from proj4_code.given.explore.pairs import find_pairs, read_pairs
from proj4_code.given.files import write_whole
from proj4_code.given.networks.build import build_network, read_weights
from proj4_code.given.scene_drawing.dataset import write_dataset

RANDOM, IMAGENET, SOURCE, DISCARDED = "random", "ImageNet", "streets", "streets, discarded"
FROZEN, LAST, ALL, RATES = "frozen", "last stage", "all", "layer-wise rates"
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")
DECAY = 0.4  # of the learning rate from one stage to the one below it
DRIVE = 7  # of the drawn streets that stand in for a new data set
THING = TRAIN_NAMES.index("Car")  # class 1 of that new data set; all else is 0
DEPTH = 18
RATE = 1e-3  # highest learning rate
SEEDS = (0, 1)


class Case(NamedTuple):
    """A network that is trained on the new data set."""

    start: str
    learns: str  # one of FROZEN, LAST, ALL, RATES
    images: int
    seed: int

    def name(self) -> str:
        """Write it in words."""
        return f"{self.start}, {self.learns}, {self.images} images, seed {self.seed}"


def target_frames(study: Study) -> tuple[Frames, Frames]:
    """Return the new data set, two classes: the folder of pairs, or drawn streets of another drive, cars or not.

    The frames to train on come in random order, so that the first few are a fair sample.
    """
    train, test = study.choose((6, 4), (100, 32), (400, 100))
    side = study.choose(48, 72, 240)
    if study.pairs is not None:
        known, unseen = find_pairs(study.pairs)
        frames = read_pairs(known, side, train), read_pairs(unseen, side, test)
    else:
        counts = {"train": train, "val": test, "test": 1}
        root = write_dataset(study.out / "target", counts, (side, side * 4 // 3), drive=DRIVE)
        drawn = load_frames(replace(study, data=root), train, test, side)
        frames = _two_classes(drawn[0]), _two_classes(drawn[1])
    order = torch.randperm(len(frames[0]), generator=torch.Generator().manual_seed(0))
    return Frames(frames[0].images[order], frames[0].masks[order]), frames[1]


def _two_classes(frames: Frames) -> Frames:
    """Turn train ids into 1, `THING`, and 0, all else; void stays."""
    masks = (frames.masks == THING).to(torch.uint8)
    return Frames(frames.images, masks.masked_fill(frames.masks == VOID, VOID))


def network(num_classes: int, weights: dict[str, Tensor] | None = None, seed: int = 0) -> nn.Module:
    """Build the network of this experiment; the seed decides what is random in it."""
    torch.manual_seed(seed)
    return build_network("unet", DEPTH, (), False, num_classes, weights)


def backbone_of(model: nn.Module) -> nn.Module:
    """Return the backbone of a network."""
    return model.get_submodule("backbone")


def source_state(study: Study) -> dict[str, Tensor]:
    """Return the backbone's weights after training on the study's data, which is done once."""
    path = study.out / "source.safetensors"
    if not path.is_file():
        frames, _ = load_frames(study, *study.choose((8, 4), (80, 2), (367, 2)), study.choose(48, 72, 240))
        model = network(NUM_CLASSES)
        plan = study.choose(Plan(2, 2, 33, RATE), Plan(100, 8, 65, RATE), Plan(3000, 16, 201, RATE))
        fit(model, frames, plan, 0, study.device)
        state = backbone_of(model).state_dict()
        write_whole(path, safetensors.torch.save({name: value.cpu() for name, value in state.items()}))
    return safetensors.torch.load_file(path)


def started(start: str, study: Study, seed: int) -> nn.Module:
    """Build a network for two classes that starts in one of the four ways."""
    weights = read_weights(study.weights, DEPTH) if start == IMAGENET else None
    model = network(2, weights, seed)
    if start == SOURCE:
        backbone_of(model).load_state_dict(source_state(study))
    if start == DISCARDED:
        # The trap: names as nn.DataParallel saves them fit nothing here, and strict=False makes no complaint.
        renamed = {f"module.{name}": value for name, value in source_state(study).items()}
        backbone_of(model).load_state_dict(renamed, strict=False)
    return model


def learning_groups(model: nn.Module, learns: str, lr: float) -> list[dict]:
    """Return the parameters that learn, with their rates; the others are frozen.

    With layer-wise rates, each stage learns `DECAY` times as fast as the one above it, and the head at `lr`.
    """
    rates = {
        FROZEN: dict.fromkeys(STAGES, 0.0),
        LAST: {**dict.fromkeys(STAGES, 0.0), STAGES[-1]: lr},
        ALL: dict.fromkeys(STAGES, lr),
        RATES: {stage: lr * DECAY**distance for distance, stage in enumerate(reversed(STAGES), 1)},
    }[learns]
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        place = name.split(".")
        rate = rates[place[1]] if place[0] == "backbone" else lr
        parameter.requires_grad_(rate > 0)
        if rate > 0:
            groups.setdefault(rate, []).append(parameter)
    return [{"params": parameters, "lr": rate} for rate, parameters in groups.items()]


def cases_of(study: Study, available: int) -> list[Case]:
    """List what is trained: all starts by number of images, and all ways to learn from one that is worth it."""
    starts = [RANDOM, DISCARDED, SOURCE, *([IMAGENET] if study.weights != NO_WEIGHTS else [])]
    counts = [count for count in study.choose((2,), (10, 100), (10, 30, 100, available)) if count <= available]
    counts = list(dict.fromkeys(counts)) or [available]
    seeds = study.choose((0,), (0,), SEEDS)
    by_count = [Case(start, ALL, count, seed) for start in starts for count in counts for seed in seeds]
    ways = (FROZEN, LAST, RATES)
    few = counts[:1] if study.size != Size.FULL else counts
    return by_count + [Case(starts[-1], way, count, seed) for way in ways for count in few for seed in seeds]


def run(study: Study) -> Result:
    """Train each case on the new data set, and score it on images of it that none has seen."""
    from proj4_code.part5_iou import confusion_matrix, iou_per_class

    read_weights(study.weights, DEPTH)  # if they are missing, it should show now
    plan = study.choose(Plan(2, 2, 33, RATE), Plan(40, 8, 65, RATE), Plan(1000, 16, 201, RATE))
    data = cache(partial(target_frames, study))

    def measure(case: Case) -> Row:
        train, test = data()
        some = Frames(train.images[: case.images], train.masks[: case.images])
        model = started(case.start, study, case.seed)
        fit(model, some, plan, case.seed, study.device, groups=learning_groups(model, case.learns, RATE))
        matrix = confusion_matrix(predict(model, test, study.device), test.masks, 2)
        return {"iou": float(iou_per_class(matrix)[1])}

    cases = cases_of(study, len(data()[0]))
    found = study.rows(cases, measure, Case.name)
    return result_of(cases, [row["iou"] for row in found], study)


def result_of(cases: Sequence[Case], ious: Sequence[float], study: Study) -> Result:
    """Put table, chart and claims together; seeds are averaged."""
    gathered: dict[tuple[str, str, int], list[float]] = {}
    for case, iou in zip(cases, ious, strict=True):
        gathered.setdefault(case[:3], []).append(iou)
    means = {key: mean(values) for key, values in gathered.items()}
    columns = {
        "starts from": "",
        "what learns": "",
        "images": "d",
        "IoU": ".3f",
        "lowest seed": ".3f",
        "highest": ".3f",
    }
    rows: list[list[Cell]] = [[*key, means[key], min(values), max(values)] for key, values in gathered.items()]
    starts = list(dict.fromkeys(case.start for case in cases))
    counts = sorted({case.images for case in cases if case.learns == ALL})
    ahead = {start: [means[start, ALL, n] - means[RANDOM, ALL, n] for n in counts] for start in starts}
    claims = {}
    for start in (SOURCE, IMAGENET):
        if start in starts:
            claims[f"with {counts[0]} images, weights from {start} are ahead of random ones"] = ahead[start][0] > 0
    if len(counts) > 1:
        sentence = f"what {starts[-1]} gains over random ones is less with {counts[-1]} images than with {counts[0]}"
        claims[sentence] = ahead[starts[-1]][-1] < ahead[starts[-1]][0]
    claims["weights that were silently discarded give the curve of random ones (within 0.02)"] = all(
        abs(gap) <= 0.02 for gap in ahead[DISCARDED]
    )
    notes = (
        []
        if study.weights != NO_WEIGHTS
        else ["Without `--weights imagenet` or a file, the start from ImageNet is left out."]
    )
    what = f"{study.pairs.name}, class 1" if study.pairs else "cars in streets of another drive"
    return Result(columns, rows, draw_transfer(means, starts, counts, what), claims, notes=notes)


STYLES = {
    RANDOM: ("#595f6b", "o-"),
    DISCARDED: ("#b3261e", "x--"),
    SOURCE: ("#1f5fa8", "s-"),
    IMAGENET: ("#d9730d", "^-"),
}


def draw_transfer(
    means: dict[tuple[str, str, int], float], starts: Sequence[str], counts: Sequence[int], what: str
) -> Figure:
    """Draw the IoU by number of images for each start, and, with the fewest images, for each way to learn."""
    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    for start in starts:
        color, form = STYLES[start]
        left.plot(counts, [means[start, ALL, n] for n in counts], form, color=color, label=start, markersize=6)
    left.set_xscale("log")
    left.set_xticks(counts, map(str, counts))
    left.minorticks_off()
    left.set(xlabel="images to train on", ylabel="IoU, 0 to 1", ylim=(0, None), title=what)
    left.legend(frameon=False, title="starts from")
    ways = [way for way in (FROZEN, LAST, RATES, ALL) if (starts[-1], way, counts[0]) in means]
    values = [means[starts[-1], way, counts[0]] for way in ways]
    right.barh(ways, values, color=STYLES[starts[-1]][0])
    for place, value in enumerate(values):
        right.text(value, place, f" {value:.2f}", va="center")
    right.set(xlabel="IoU", xlim=(0, max(*values, 0.1) * 1.2), title=f"from {starts[-1]}, {counts[0]} images")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


EXPERIMENT = Experiment(
    name="transfer",
    title="Transfer to another data set",
    question=(
        "You have ten images of something new. How much does it help that a network has seen other images before: "
        "ImageNet's, or streets? Does it matter which stages keep learning? One network is trained on 10 to 100 "
        "images, from several starts."
    ),
    prediction=(
        "Sketch four curves of IoU by number of images: random weights, streets, ImageNet, and *streets, "
        "discarded*, where the weights were loaded with `strict=False` from a file in which every name begins with "
        "`module.`. Where do they meet?"
    ),
    conclusions=(
        "The fewer images, the more the start is worth; with many, random weights catch up. Freezing protects "
        "against overfitting, but also prevents adapting; lower rates for earlier stages lie in between. "
        "`strict=False` loads what fits, here nothing, and says nothing: a curve that lies on that of random "
        "weights is how you notice. Compare the first loss, or load strictly, as part 2 does. What it does not "
        "show: how far the data may differ before nothing transfers."
    ),
    run=run,
    parts=(5,),
    takes=("data", "pairs", "weights"),
)
