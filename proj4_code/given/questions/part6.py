"""Questions on training: the loss of a tiny batch, the schedule, the learning rates, and how often things happen."""

import math
from random import Random

import numpy as np

from proj4_code.given.questions.draft import Ask, Draft, counted, decimal

VOID = 255


def factor(draw: Random) -> Draft:
    """Ask for the factor of the poly schedule."""
    total = draw.choice((10, 20, 100, 200, 400, 1000))
    share, power = draw.choice((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)), draw.choice((2, 2, 3))
    step = round(share * total)
    left = 1 - step / total

    def find(ask: Ask) -> str:
        arguments = {"step": step, "total_steps": total, "options": {"power": float(power)}}
        return f"{float(ask('poly_factor', arguments)):.3g}"

    def written(value: float) -> str:
        return f"{value:.3g}"

    return Draft(
        "trace",
        6,
        f"poly {step} of {total}, power {power}",
        f"What does `poly_factor({step}, {total}, power={power})` return?",
        ("poly_factor",),
        find,
        written(left**power),
        (
            written((step / total) ** power),
            written(1 - (step / total) ** power),
            written(left * power),
            written(left),
            written(left ** (power + 1)),
            written(left ** (1 / power)),
            written(step / total),
        ),
        f"(1 − {step}/{total}) to the power of {power}: {written(left)}{'²³'[power - 2]} = {written(left**power)}.",
        "What is the factor at step 0 and after the last step, and who calls this function how often?",
    )


def loss_of_equal_logits(draw: Random) -> Draft:
    """Ask for the loss if all logits are equal, with some void pixels."""
    classes, weight = draw.choice((2, 4, 8)), draw.choice((0.4, 0.5, 1.0, 0.2))
    height, width = draw.choice(((2, 3), (2, 4), (3, 4), (2, 5)))
    pixels = height * width
    void = draw.choice((pixels // 2, pixels // 2, pixels - 1, 1, pixels))
    with_aux = draw.random() < 0.6
    each = math.log(classes)
    share = 0.0 if void == pixels else 1.0
    times = 1 + weight if with_aux else 1.0

    def find(ask: Ask) -> str:
        logits = np.zeros((1, classes, height, width), np.float32)
        target = np.zeros(pixels, np.int64)
        target[:void] = VOID
        arguments = {"out": logits, "target": target.reshape(1, height, width), "options": {"aux_weight": weight}}
        return decimal(
            float(ask("segmentation_loss", arguments | ({"aux": logits.copy()} if with_aux else {}))["loss"])
        )

    heads = '`"out"` and `"aux"`' if with_aux else '`"out"` alone'
    are_void = "all of which are" if void == pixels else f"of which {void} {'is' if void == 1 else 'are'}"
    known = f"`outputs` has {heads}, and all logits are 0. `target` has {pixels} pixels, {are_void} 255"
    if share:
        why = (
            f"With {classes} equal logits, each pixel costs log {classes} = {each:.4f}. The mean over the "
            f"{counted(pixels - void, 'labelled pixel')} is the same, and the auxiliary output adds {weight} of it."
            if with_aux
            else f"With {classes} equal logits, each pixel costs log {classes} = {each:.4f}, and so does the "
            f"mean over the {counted(pixels - void, 'labelled pixel')}."
        )
    else:
        why = "No pixel is labelled: the loss is 0, and not 0 / 0, so that one such batch does not spoil all weights."
    return Draft(
        "trace",
        6,
        f"loss of {classes} equal logits, {void} of {pixels} void, {f'aux {weight}' if with_aux else 'no aux'}",
        f"{known}, and there are {classes} classes (log {classes} = {each:.4f}). What does "
        f"`segmentation_loss(outputs, target, aux_weight={weight})` return, with two decimals?",
        ("segmentation_loss",),
        find,
        decimal(share * times * each),
        (
            decimal(times * each * (pixels - void) / pixels) if share else "nan",
            decimal((2.0 + weight - times) * each),
            decimal(times * each) if not share else decimal(times * each * (pixels - void)),
            decimal(2 * each) if with_aux and weight != 1 else decimal(each / 2),
            decimal(times * classes / 2),
            decimal(times * each * pixels / max(pixels - void, 1)),
        ),
        why,
        "Which line of yours decides how many pixels the sum is divided by? What if there are none?",
    )


def rates(draw: Random) -> Draft:
    """Ask for the learning rates of the groups."""
    lr, times = draw.choice((0.01, 0.02, 0.005, 0.001, 0.1)), draw.choice((2, 5, 10, 20))

    def find(ask: Ask) -> str:
        answer = ask("parameter_groups", {"lr": lr, "options": {"head_multiplier": float(times)}})
        found = {
            group: {name.startswith("backbone"): rate for name, [rate] in answer.items()}[group] for group in (1, 0)
        }
        return f"{found[1]:g} and {found[0]:g}"

    return Draft(
        "trace",
        6,
        f"rates {lr}, {times}",
        f"With which learning rates does an optimizer that is given `parameter_groups(model, lr={lr}, "
        f"head_multiplier={times})` train the backbone and everything else, in this order?",
        ("parameter_groups",),
        find,
        f"{lr:g} and {lr * times:g}",
        (
            f"{lr * times:g} and {lr:g}",
            f"{lr:g} and {lr / times:g}",
            f"{lr / times:g} and {lr:g}",
            f"{lr * times:g} and {lr * times:g}",
            f"{lr:g} and {lr + times:g}",
            f"{lr:g} and {lr:g}",
        ),
        f"The backbone may be pretrained and learns at lr = {lr:g}; everything else starts from random weights and "
        f"learns {times} times as fast.",
        "What would happen to pretrained weights at the larger rate?",
    )


def iterations(draw: Random) -> Draft:
    """Ask how often the schedule steps in an epoch, or the model is called."""
    batch = draw.choice((2, 3, 4, 5))
    images = batch * draw.randint(2, 4) + draw.randint(1, batch - 1)
    what, key = draw.choice(
        (("step the scheduler", "schedule steps"), ("run the model forward", "passes in training mode"))
    )
    full, expected = images // batch, images // batch + 1

    def find(ask: Ask) -> str:
        generator = np.random.default_rng(0)
        x = generator.standard_normal((images, 3, 4, 4), np.float32)
        targets = generator.integers(0, 3, (images, 4, 4))
        answer = ask("train_one_epoch", {"images": x, "targets": targets, "batch_size": batch, "weights": 0})[key]
        return str(len(answer) if isinstance(answer, list) else answer)

    return Draft(
        "count",
        6,
        f"{key}: {images} images in batches of {batch}",
        f"A loader holds {images} images in batches of {batch}; the last batch is smaller. How often does one call of "
        f"`train_one_epoch` {what}?",
        ("train_one_epoch",),
        find,
        str(expected),
        (str(full), str(1), str(images), str(expected + 1), str(2 * expected), str(full * batch)),
        f"Once for every batch: {full} full ones and the last, of {counted(images - full * batch, 'image')}.",
        "What would the learning rate be at the end of the training if the scheduler stepped once per epoch?",
    )


def weighted_mean(draw: Random) -> Draft:
    """Ask for the mean loss of batches of different sizes."""
    batch = draw.choice((2, 3, 4))
    full, rest = draw.choice((1, 2)), draw.randint(1, batch - 1)
    first, last = draw.sample((0.5, 1.0, 1.5, 2.0, 2.5, 3.0), 2)
    images = full * batch + rest
    sizes, losses = [batch] * full + [rest], [first] * full + [last]
    expected = sum(size * loss for size, loss in zip(sizes, losses, strict=True)) / images

    def find(ask: Ask) -> str:
        generator = np.random.default_rng(1)
        x = generator.standard_normal((images, 3, 4, 4), np.float32)
        targets = generator.integers(0, 3, (images, 4, 4))
        call = {"batch_size": batch, "weights": 0, "aux": False, "lr": 0.0}

        def mean(end: int, start: int = 0) -> float:
            return float(
                ask("train_one_epoch", {"images": x[start:end], "targets": targets[start:end], **call})["loss"]
            )

        whole, head, tail = mean(images), mean(full * batch), mean(images, full * batch)
        if abs(head - tail) < 1e-3:
            return ""
        share = (whole - tail) / (head - tail)  # of the loss that the whole batches make up
        return decimal(share * first + (1 - share) * last)

    *others, least = (f"{loss} for {counted(size, 'image')}" for size, loss in zip(sizes, losses, strict=True))
    listed = f"{', '.join(others)} and {least}"
    return Draft(
        "trace",
        6,
        f"mean of {losses} over {sizes}",
        f"In one epoch the batches have these losses: {listed}. What does `train_one_epoch` return, with two decimals?",
        ("train_one_epoch",),
        find,
        decimal(expected),
        (
            decimal(sum(losses) / len(losses)),
            decimal(sum(losses)),
            decimal(last),
            decimal(sum(losses) / images),
            decimal((first + last) / 2),
            decimal(expected * images / batch),
        ),
        f"The mean per image: each batch counts as often as it has images, and the sum is divided by {images}.",
        "What changes if the last batch has a single image with a very large loss?",
        complete=False,  # what is returned is converted to the losses of the question as a weighted mean
    )


TEMPLATES = (factor, loss_of_equal_logits, rates, iterations, weighted_mean)
