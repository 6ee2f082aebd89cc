"""Questions on the confusion matrix, and on what is computed from it."""

from random import Random

import numpy as np

from proj4_code.given.questions.draft import Ask, Draft, decimal, rows

IGNORED = 255


def small_matrix(draw: Random) -> Draft:
    """Ask for the confusion matrix of six pixels."""
    target = draw.sample((0, 0, 1, 1, 2, 2), 6)
    prediction = [draw.choice((true, draw.randrange(3))) for true in target]
    first, second, void = draw.sample(range(6), 3)
    prediction[first] = (target[first] + 1) % 3
    prediction[second] = (target[second] + 1) % 3
    target[void] = IGNORED
    pairs = list(zip(target, prediction, strict=True))

    def find(ask: Ask) -> str:
        arrays = {"prediction": np.array(prediction), "target": np.array(target)}
        return rows(ask("confusion_matrix", {**arrays, "num_classes": 3})["matrix"].tolist())

    def count(row: int | None = None, once: bool = False, transposed: bool = False) -> str:
        matrix = np.zeros((3, 3), int)
        for true, predicted in dict.fromkeys(pairs) if once else pairs:
            if true == IGNORED and row is None:
                continue
            place = (true if true != IGNORED else row, predicted)
            matrix[place[::-1] if transposed else place] += 1
        return rows(matrix)

    return Draft(
        "trace",
        5,
        f"matrix of {pairs}",
        f"`prediction` is {prediction}, and `target` is {target}. What does `confusion_matrix(prediction, target, 3)` "
        "return?",
        ("confusion_matrix",),
        find,
        count(),
        (count(transposed=True), count(row=2), count(row=0), count(once=True), count(row=1)),
        f"Row: the true class, column: the prediction. The pixel whose target is {IGNORED} counts nowhere: five pixels "
        "remain.",
        "Where in the matrix are the pixels of class 0 that were predicted as class 2?",
    )


def counted_pixels(draw: Random) -> Draft:
    """Ask for the sum of a confusion matrix."""
    height, width, classes = draw.randint(3, 9), draw.randint(4, 12), draw.choice((3, 4, 5, 11))
    images, void = draw.randint(2, 4), draw.randint(3, 11)
    seed = draw.randrange(1000)

    def find(ask: Ask) -> str:
        generator = np.random.default_rng(seed)
        target, prediction = generator.integers(0, classes, (2, images, height, width))
        target.reshape(images, -1)[:, :void] = IGNORED
        arguments = {"prediction": prediction, "target": target, "num_classes": classes}
        return str(int(ask("confusion_matrix", arguments)["matrix"].sum()))

    every = images * height * width
    return Draft(
        "count",
        5,
        f"sum over {images}×{height}×{width} with {void} void, {classes} classes",
        f"{images} label images of {height}×{width} pixels have {void} void pixels (255) each. What do the entries of "
        f"`confusion_matrix(prediction, target, {classes})` of all images together add up to?",
        ("confusion_matrix",),
        find,
        str(every - images * void),
        (
            str(every),
            str(every - void),
            str(height * width - void),
            str(classes * classes),
            str(classes * (every - images * void)),
            str(every + images * void),
        ),
        f"Each pixel that is not void counts once: {images}·({height}·{width} − {void}) = {every - images * void}.",
        "What would the sum be if void were a class of its own, or counted as class 0?",
        complete=False,  # it does not say which pairs of classes there are
    )


def class_iou(draw: Random) -> Draft:
    """Ask for the IoU of one class."""
    matrix = _matrix(draw, 3)
    chosen = draw.randrange(3)
    hits, row, column = matrix[chosen, chosen], matrix[chosen].sum(), matrix[:, chosen].sum()

    def find(ask: Ask) -> str:
        return decimal(float(ask("iou_per_class", {"matrix": matrix})[chosen]))

    return Draft(
        "trace",
        5,
        f"IoU {chosen} of {rows(matrix)}",
        f"The confusion matrix is {rows(matrix)}. What is the IoU of class {chosen}, with two decimals, "
        f"`iou_per_class(matrix)[{chosen}]`?",
        ("iou_per_class",),
        find,
        decimal(hits / (row + column - hits)),
        (
            decimal(hits / (row + column)),
            decimal(hits / row),
            decimal(hits / column),
            decimal(2 * hits / (row + column)),
            decimal(hits / matrix.sum()),
            decimal(matrix.trace() / matrix.sum()),
        ),
        f"The intersection is the cell on the diagonal, {hits}; the union is its row and its column, which both "
        f"hold that cell: {row} + {column} − {hits} = {row + column - hits}.",
        "Which cells of the matrix are the false positives of this class?",
    )


def mean_of_ious(draw: Random) -> Draft:
    """Ask for the mean IoU, with a class that is absent."""
    absent = draw.randrange(3)
    matrix = _matrix(draw, 3, absent)
    present = [place for place in range(3) if place != absent]
    hits = matrix.diagonal()
    unions = matrix.sum(0) + matrix.sum(1) - hits

    def find(ask: Ask) -> str:
        return decimal(float(ask("mean_iou", {"matrix": matrix})))

    ious = [hits[place] / unions[place] for place in present]
    recalls = [hits[place] / matrix[place].sum() for place in present]
    terms = " and ".join(f"{hits[place]}/{unions[place]}" for place in present)
    return Draft(
        "trace",
        5,
        f"mean IoU of {rows(matrix)}",
        f"The confusion matrix is {rows(matrix)}. What does `mean_iou(matrix)` return, with two decimals?",
        ("mean_iou", "iou_per_class"),
        find,
        decimal(sum(ious) / 2),
        (
            decimal(sum(ious) / 3),
            decimal((sum(ious) + 1) / 3),
            decimal(matrix.trace() / matrix.sum()),
            decimal(sum(recalls) / 2),
            decimal(sum(hits[place] for place in present) / sum(unions[place] for place in present)),
            decimal(sum(2 * hits[place] / (unions[place] + hits[place]) for place in present) / 2),
            "nan",
            decimal(1 - sum(ious) / 2),
            decimal(sum(ious) / 4),
        ),
        f"Class {absent} is neither in the target nor in the prediction and does not count; the IoUs of the others are "
        f"{terms}.",
        "What is the IoU of a class that was predicted and is not there, and does it count?",
    )


def accuracy(draw: Random) -> Draft:
    """Ask for the pixel accuracy."""
    matrix = _matrix(draw, draw.choice((2, 3)))
    size = len(matrix)
    hits, total = int(matrix.trace()), int(matrix.sum())
    recalls = [matrix[place, place] / matrix[place].sum() for place in range(size)]
    unions = matrix.sum(0) + matrix.sum(1) - matrix.diagonal()

    def find(ask: Ask) -> str:
        return decimal(float(ask("pixel_accuracy", {"matrix": matrix})))

    return Draft(
        "trace",
        5,
        f"accuracy of {rows(matrix)}",
        f"The confusion matrix is {rows(matrix)}. What does `pixel_accuracy(matrix)` return, with two decimals?",
        ("pixel_accuracy",),
        find,
        decimal(hits / total),
        (
            decimal(sum(recalls) / size),
            decimal(float((matrix.diagonal() / unions).mean())),
            decimal((total - hits) / total),
            decimal(hits / (2 * total - hits)),
            decimal(hits / (size * total)),
            decimal((hits - 1) / total),
            decimal(2 * hits / (total + hits)),
        ),
        f"The diagonal holds the correct pixels, {hits} of {total}.",
        "Change the matrix so that accuracy rises and the IoU of a class falls.",
    )


def _matrix(draw: Random, size: int, absent: int | None = None) -> np.ndarray:
    """Draw a matrix (K, K) int64 that is largest on its diagonal, without pixels of an absent class."""
    matrix = np.array([[draw.randint(0, 3) for _ in range(size)] for _ in range(size)])
    matrix[np.diag_indices(size)] += [draw.randint(2, 6) for _ in range(size)]
    if absent is not None:
        matrix[absent] = 0
        matrix[:, absent] = 0
    return matrix


TEMPLATES = (small_matrix, counted_pixels, class_iou, mean_of_ious, accuracy)
