"""Questions on CamVid: train ids, the order of the frames, padding and normalisation."""

from random import Random

import numpy as np

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, NUM_CLASSES, TRAIN_NAMES, VOID
from proj4_code.given.questions.draft import Ask, Draft, shape


def train_ids(draw: Random) -> Draft:
    """Ask for the train ids of a few colours."""
    void = next(entry for entry in CLASSES if entry.group is None)
    grouped = [entry for entry in CLASSES if entry.group not in (None, entry.name)]
    plain = [entry for entry in CLASSES if entry.group == entry.name]
    chosen = [void, *draw.sample(grouped, 2), *draw.sample(plain, 1)]
    draw.shuffle(chosen)
    ids = [VOID if entry.group is None else TRAIN_NAMES.index(entry.group) for entry in chosen]

    def find(ask: Ask) -> str:
        colors = np.array([entry.color for entry in chosen], np.uint8).T[:, None]
        return str(ask("encode_labels", {"colors": colors})["train ids"].flatten().tolist())

    def other(void_id: int, shift: int = 0, grouped_id: int | None = None) -> str:
        known = [
            void_id if entry.group is None else (number if grouped_id is None or entry in plain else grouped_id) + shift
            for entry, number in zip(chosen, ids, strict=True)
        ]
        return str(known)

    pixels = ", ".join(f"{entry.name} {entry.color}" for entry in chosen)
    groups = ", ".join(f"{entry.name} in {entry.group or 'none'}" for entry in chosen)
    return Draft(
        "trace",
        4,
        f"train ids of {', '.join(entry.name for entry in chosen)}",
        f"A label image has one row of four pixels: {pixels}. Their groups: {groups}. "
        f"`TRAIN_NAMES` is {', '.join(TRAIN_NAMES)}. Which row does `encode_labels` return?",
        ("encode_labels",),
        find,
        str(ids),
        (
            other(NUM_CLASSES),
            other(VOID, shift=1),
            other(VOID, grouped_id=VOID),
            other(0),
            other(NUM_CLASSES, shift=1),
            str([CLASSES.index(entry) for entry in chosen]),
        ),
        "A train id is the place of the group in `TRAIN_NAMES`, counted from 0; a class without a group is void, 255.",
        "What would become of void pixels in the loss if they were class 11, or class 0?",
        complete=False,  # it does not show the colours of the other classes
    )


def padded_shape(draw: Random) -> Draft:
    """Ask for the shape of an image after `eval_transforms`."""
    height, width = (8 * draw.randint(2, 12) + draw.choice((0, 2, 3, 4, 5, 7, 1)) for _ in range(2))
    if height % 8 == width % 8 == 1:
        width += 2

    def find(ask: Ask) -> str:
        (pair,) = ask("eval_transform", _frame(height, width))
        return shape(pair[0].shape)

    def sides(step: int, rest: int) -> tuple[int, int]:
        return _up(height, step, rest), _up(width, step, rest)

    return Draft(
        "trace",
        4,
        f"{height}×{width} padded",
        f"An image of {height}×{width} pixels (height×width) goes through your `eval_transforms()`. What is the "
        "shape of the image that comes back?",
        ("eval_transforms",),
        find,
        shape((3, *sides(8, 1))),
        (
            shape((3, *sides(8, 0))),
            shape((3, sides(8, 1)[0] - 8, sides(8, 1)[1] - 8)),
            shape((3, sides(8, 0)[0] + 9, sides(8, 0)[1] + 9)),
            shape((3, sides(8, 0)[0] - 1, sides(8, 0)[1] - 1)),
            shape((3, *sides(16, 1))),
            shape((3, sides(8, 1)[1], sides(8, 1)[0])),
        ),
        f"The next numbers of the form 8n+1 that are at least {height} and {width}: {sides(8, 1)[0]} and "
        f"{sides(8, 1)[1]}. A side that is 8n+1 already stays as it is.",
        "Which expression of yours gives the number of missing rows, and what is it for 17 rows, and for 18?",
    )


def padded_pixels(draw: Random) -> Draft:
    """Ask how many pixels `eval_transforms` adds as void."""
    height, width = draw.randint(10, 24), draw.randint(10, 24)
    height, width = (side + 2 if side % 8 == 1 else side for side in (height, width))
    tall, wide = _up(height, 8, 1), _up(width, 8, 1)
    below, right = tall - height, wide - width

    def find(ask: Ask) -> str:
        (pair,) = ask("eval_transform", _frame(height, width))
        return str(int((pair[1] == VOID).sum()))

    return Draft(
        "count",
        4,
        f"void around {height}×{width}",
        f"A mask of {height}×{width} pixels has no void pixel. How many pixels of the mask that comes back "
        "from `eval_transforms()` are 255?",
        ("eval_transforms",),
        find,
        str(tall * wide - height * width),
        (
            str(below * width + height * right),
            str((tall - 1) * (wide - 1) - height * width) if below > 1 and right > 1 else str(below * right),
            str(below * wide),
            str(2 * (below * wide + right * tall)),
            str((tall + 8) * (wide + 8) - height * width),
            str(below * right),
        ),
        f"It is padded to {tall}×{wide}: {tall}·{wide} − {height}·{width} = {tall * wide - height * width}. All "
        "of that is void, so that it counts neither in the loss nor in a score.",
        "What would the network learn if the padding of the mask were 0?",
    )


def normalised(draw: Random) -> Draft:
    """Ask for a channel's value after normalisation."""
    channel = draw.randrange(3)
    value = draw.choice((0, 51, 102, 153, 204, 255))
    mean, std = IMAGENET_MEAN[channel], IMAGENET_STD[channel]

    def find(ask: Ask) -> str:
        (pair,) = ask("eval_transform", _frame(17, 25, value))
        return f"{pair[0][channel, 0, 0]:.2f}"

    def written(result: float) -> str:
        return f"{result:.2f}"

    name = ("red", "green", "blue")[channel]
    return Draft(
        "trace",
        4,
        f"{name} {value} normalised",
        f"All pixels of an image of 17×25 have {name} = {value}, of 0 to 255. What is that channel's value in row 0, "
        f"column 0 of what `eval_transforms()` returns, with two decimals? ImageNet's mean of {name} is {mean}, its "
        f"standard deviation {std}.",
        ("eval_transforms",),
        find,
        written((value / 255 - mean) / std),
        (
            written((value - mean) / std),
            written(value / 255 - mean),
            written((value / 255 - mean) * std),
            written(value / 255),
            written((value / 255 - std) / mean),
            written((mean - value / 255) / std),
        ),
        f"{value} of 255 is {value / 255:g}; minus {mean}, divided by {std}. Values after normalisation lie "
        "roughly between −2 and 3.",
        "What would the values be if the division by 255 were forgotten, and how would you notice?",
    )


def item_order(draw: Random) -> Draft:
    """Ask which frame an item of the data set is."""
    names = draw.sample(("bridge", "market", "station", "harbour", "school", "park", "theatre"), 6)
    listed = names[:5]
    index = draw.randrange(1, 5)
    brightness = {name: 20 + 30 * place for place, name in enumerate(names)}

    def find(ask: Ask) -> str:
        images = {f"{name}.png": np.full((3, 4, 5), value, np.uint8) for name, value in brightness.items()}
        labels = {f"{name}_L.png": np.zeros((3, 4, 5), np.uint8) for name in names}
        splits = {"train": listed, "val": [], "test": []}
        items = ask("camvid", {"images": images, "labels": labels, "splits": splits, "split": "train"})
        value = int(items[index]["image"].flat[0])
        return next((name for name in names if brightness[name] == value), "")

    return Draft(
        "trace",
        4,
        f"item {index} of {', '.join(listed)}",
        f"The folder `images` holds the frames {', '.join(f'{name}.png' for name in sorted(names))}. `train.txt` has "
        f'the lines {", ".join(listed)}. Which frame is `CamVid(root, "train")[{index}]`?',
        ("CamVid",),
        find,
        listed[index],
        tuple(dict.fromkeys((sorted(listed)[index], listed[index - 1], sorted(names)[index], *listed, names[5]))),
        f"Items come in the order of the split file, counted from 0; {names[5]} is not in the split at all.",
        "What goes wrong if the items are sorted, or if all files of the folder are taken?",
    )


def _frame(height: int, width: int, value: int = 100) -> dict[str, np.ndarray]:
    return {"image": np.full((3, height, width), value, np.uint8), "mask": np.zeros((height, width), np.int64)}


def _up(side: int, step: int, rest: int) -> int:
    """Return the smallest number that leaves a rest when it is divided by a step, and is at least `side`."""
    return next(number for number in range(side, side + step) if number % step == rest)


TEMPLATES = (train_ids, padded_shape, padded_pixels, normalised, item_order)
