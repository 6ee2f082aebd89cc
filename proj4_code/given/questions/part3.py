"""Questions on PSPNet: the sizes that it takes, its channels, and how many logits it returns."""

from random import Random

import numpy as np

from proj4_code.given.questions.draft import Ask, Draft, RaisedError


def accepted_size(draw: Random) -> Draft:
    """Ask which of several sizes the network takes."""
    rows, columns = draw.sample(range(2, 15), 2)
    height, width = 8 * rows + 1, 8 * columns + 1
    wrong = [(height - 1, width - 1), (height, width - 1), (height - 1, width), (height + 1, width + 1)]
    wrong += [(height + 2, width), (height, width + 4), (height + 3, width - 1)]
    choices = [(height, width), *draw.sample(wrong, 3)]

    def find(ask: Ask) -> str:
        accepted = [size for size in choices if _takes(ask, size)]
        return _size(accepted[0]) if len(accepted) == 1 else ""

    return Draft(
        "trace",
        3,
        f"sizes {sorted(choices)}",
        "An image of which of these sizes (height×width) does your network's `forward` accept?",
        ("PSPNet",),
        find,
        _size(choices[0]),
        tuple(_size(size) for size in choices[1:]),
        f"Height and width must be 8n+1: {height} = 8·{rows} + 1 and {width} = 8·{columns} + 1. Anything else raises a "
        "ValueError.",
        "What would happen to the labels with any other size? Draw cells 0, 1, 2 over 16 and over 17 pixels.",
    )


def _takes(ask: Ask, size: tuple[int, int]) -> bool:
    try:
        ask("pspnet", {"x": np.zeros((1, 3, *size), np.float32), "weights": 0})
    except RaisedError:
        return False
    return True


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def classifier_channels(draw: Random) -> Draft:
    """Ask how many channels the classifier reads."""
    bins = draw.choice(((1, 2, 3), (1, 2, 3, 6), (2, 5, 9), (1, 2), (1, 2, 3, 4, 6)))
    channels = draw.choice([c for c in range(10, 50) if c % len(bins)] if draw.random() < 0.6 else [16, 24, 40, 60])
    branch = channels // len(bins)

    def find(ask: Ask) -> str:
        options, backbone = {"bins": list(bins)}, {"out_channels": channels, "aux_channels": 8}
        ask("pspnet", {"x": np.zeros((1, 3, 9, 9), np.float32), "weights": 0, "options": options, "backbone": backbone})
        ((given, each, made),) = ask("pspnet_ppm", {"options": options, "backbone": backbone})
        return str(given + each * len(made))

    return Draft(
        "count",
        3,
        f"classifier's input, {channels} channels, bins {bins}",
        f"The backbone's `out_channels` is {channels}, and `bins={bins}`. How many channels does the first convolution "
        "of the main classifier read?",
        ("PSPNet",),
        find,
        str(channels + len(bins) * branch),
        (
            str(2 * channels) if channels % len(bins) else str(channels + branch),
            str(channels),
            str(len(bins) * branch) if channels % len(bins) else str(channels // 4),
            str(channels + branch),
            str(channels + len(bins) * (branch + 1)),
            str(channels + sum(bins)),
        ),
        f"Each branch has {channels} // {len(bins)} = {branch} channels, and PPM returns its input as well: "
        f"{channels} + {len(bins)}·{branch} = {channels + len(bins) * branch}.",
        "When does pyramid pooling double the channels exactly, and when not?",
    )


def logits(draw: Random) -> Draft:
    """Ask how many logits one forward pass returns."""
    images, classes = draw.randint(2, 3), draw.choice((2, 3, 5, 10, 11))
    height, width = draw.choice((9, 17, 25)), draw.choice((9, 17, 33))
    training, aux = draw.choice(((True, True), (True, False), (False, True)))
    single = images * classes * height * width
    cells = images * classes * (height // 8 + 1) * (width // 8 + 1)
    outputs = 2 if training and aux else 1

    def find(ask: Ask) -> str:
        x = np.zeros((images, 3, height, width), np.float32)
        made = {"x": x, "weights": 0, "num_classes": classes, "options": {"aux": aux}, "training": training}
        return str(sum(output.size for output in ask("pspnet", made).values()))

    mode = "training" if training else "eval"
    returned = '`"out"` and `"aux"`' if outputs == 2 else '`"out"` alone'
    return Draft(
        "count",
        3,
        f"logits of {images}×{classes}×{height}×{width}, {mode} mode, aux={aux}",
        f"A network `PSPNet(backbone, num_classes={classes}, aux={aux})` in {mode} mode gets {images} images of "
        f"{height}×{width} pixels. How many numbers are in all the tensors that `forward` returns together?",
        ("PSPNet",),
        find,
        str(outputs * single),
        (
            str((3 - outputs) * single),
            str(outputs * cells),
            str(outputs * single // classes),
            str((3 - outputs) * cells),
            str(outputs * 3 * images * height * width),
        ),
        f"In {mode} mode with aux={aux} it returns {returned}. A tensor holds {images}·{classes}·{height}·{width} = "
        f"{single} logits: they are upsampled to the size of the image.",
        "Which condition decides whether the auxiliary classifier runs, and why is it not even run afterwards?",
    )


TEMPLATES = (accepted_size, classifier_channels, logits)
