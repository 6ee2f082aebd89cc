"""Known mistakes of part 5, IoU: the confusion matrix, and the three measures."""

from instructor.catalogue.edits import Edit

_PAIRS = "    pairs = target.long() * num_classes + prediction.long()\n"
_VOID = "    pairs[target == ignore_index] = num_classes**2  # one number more, which is left out below\n"
_COUNT = (
    "    return torch.bincount(pairs.flatten(), minlength=num_classes**2 + 1)[:-1].reshape(num_classes, num_classes)\n"
)
_BODY = _PAIRS + _VOID + _COUNT

_SELECT = """    counts = target != ignore_index
    pairs = target[counts].long() * num_classes + prediction[counts].long()
"""
_MATRIX_OF_SELECTED = "torch.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)"
"""The same matrix, from the scored pixels alone: many students write it so."""

_MATRIX = (
    Edit(
        "5-transposed",
        "rows are the prediction and columns the target",
        "Row i is the true class i: which of the two counts K times as much in the number of a pair (handout, part 5)?",
        "target.long() * num_classes + prediction.long()",
        "prediction.long() * num_classes + target.long()",
    ),
    Edit(
        "5-minlength",
        "bincount is not told how many pairs there are",
        "`torch.bincount` stops at the largest number that it sees: a class that is absent makes the matrix too small.",
        _BODY,
        f"{_SELECT}    return torch.bincount(pairs).reshape(num_classes, num_classes)\n",
    ),
    Edit(
        "5-k-from-the-data",
        "the number of classes is read from the target instead of taken as given",
        "The last class may be absent from a batch, and the matrix is K×K all the same: K is an argument.",
        _BODY,
        f"""{_SELECT}    num_classes = int(target[counts].max()) + 1
    pairs = pairs[pairs < num_classes**2]
    return {_MATRIX_OF_SELECTED}
""",
    ),
    Edit(
        "5-pairs-counted-once",
        "each pair of classes is counted once, however many pixels have it",
        "Adding 1 at indices that repeat adds it once: PyTorch reads all of them, adds, and writes all of them back.",
        _BODY,
        """    counts = target != ignore_index
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    matrix[target[counts], prediction[counts]] += 1
    return matrix
""",
    ),
    Edit(
        "5-void-counted",
        "void pixels are counted like all others",
        "A void pixel counts nowhere, neither as right nor as wrong: leave it out first (handout, part 5).",
        _BODY,
        f"""    pairs = target.flatten().long() * num_classes + prediction.flatten().long()
    return {_MATRIX_OF_SELECTED}
""",
    ),
    Edit(
        "5-void-as-last-class",
        "void pixels are counted as the last class",
        "Clipped to K-1, void becomes Bicyclist: void pixels count nowhere, whatever is predicted (handout, part 5).",
        _PAIRS + _VOID,
        "    pairs = target.long().clamp(max=num_classes - 1) * num_classes + prediction.long()\n",
    ),
    Edit(
        "5-void-as-a-class",
        "void has a row and a column of its own",
        "The matrix is K×K: void is no class, and pixels that are void count nowhere (handout, part 5).",
        _PAIRS + _VOID,
        f"""    target = torch.where(target == ignore_index, num_classes, target)
    num_classes = num_classes + 1
{_PAIRS}""",
    ),
    Edit(
        "5-void-by-range",
        "whatever is no class is left out, and `ignore_index` is not looked at",
        "The value to ignore may be one of 0 to K-1: it is an argument, so compare with it.",
        "target == ignore_index",
        "(target < 0) | (target >= num_classes)",
    ),
    Edit(
        "5-void-of-both",
        "pixels whose prediction has the value to ignore are left out as well",
        "Only the target says which pixels count: a prediction cannot excuse itself (handout, part 5).",
        "target == ignore_index",
        "(target == ignore_index) | (prediction == ignore_index)",
    ),
    Edit(
        "5-prediction-overwritten",
        "predictions are overwritten where the target is void",
        "The caller still needs the prediction, perhaps for a picture: select pixels, write nothing (handout, part 5).",
        _PAIRS,
        f"    prediction[target == ignore_index] = 0\n{_PAIRS}",
    ),
    Edit(
        "5-target-overwritten",
        "void is overwritten in the target",
        "Once void is gone from the target, the next one who reads it scores what nobody labelled (handout, part 5).",
        _VOID,
        f"{_VOID}    target[target == ignore_index] = 0\n",
    ),
    Edit(
        "5-view-multiplied",
        "the target is multiplied in place, through a flat view of it",
        "A flat view shares its memory with the tensor: what is written into one is written into the other.",
        _PAIRS + _VOID,
        """    is_void = (target == ignore_index).reshape(-1)
    pairs = target.view(-1).mul_(num_classes) + prediction.reshape(-1)
    pairs[is_void] = num_classes**2
""",
    ),
    Edit(
        "5-float-matrix",
        "the matrix holds floats",
        "float32 cannot count beyond 2^24, and CamVid has more road pixels: counts are integers.",
        "[:-1].reshape(num_classes, num_classes)",
        "[:-1].reshape(num_classes, num_classes).float()",
    ),
    Edit(
        "5-rows-normalised",
        "each row of the matrix is divided by its sum",
        "Shares do not add up over batches, counts do: divide when all images are counted (handout, part 5).",
        _BODY,
        f"""{_SELECT}    matrix = {_MATRIX_OF_SELECTED}
    return matrix / matrix.sum(dim=1, keepdim=True)
""",
    ),
    Edit(
        "5-calls-remembered",
        "counts of earlier calls are added",
        "A function that remembers its calls counts training into validation: whoever calls it adds up the matrices.",
        _BODY,
        f"""{_SELECT}    matrix = {_MATRIX_OF_SELECTED}
    totals = vars(confusion_matrix)
    totals[num_classes] = totals.get(num_classes, 0) + matrix
    return totals[num_classes]
""",
    ),
)

_UNION = "matrix.sum(dim=0) + matrix.sum(dim=1) - matrix.diagonal()"

_IOU = (
    Edit(
        "5-absent-is-zero",
        "classes that are nowhere count as IoU 0",
        "A class that is neither in the target nor in the prediction has no IoU (handout, part 5).",
        "return intersection / union",
        "return intersection / union.clamp(min=1)",
    ),
    Edit(
        "5-absent-is-one",
        "classes that are nowhere count as IoU 1",
        "To find nothing where nothing is earns no points: such a class has no IoU (handout, part 5).",
        "return intersection / union",
        "return torch.where(union == 0, 1.0, intersection / union)",
    ),
    Edit(
        "5-smoothed",
        "1 is added to intersection and union, as losses do that must not divide by 0",
        "A measure is not smoothed: 0 / 0 has a meaning here, and other quotients are exact (handout, part 5).",
        "return intersection / union",
        "return (intersection + 1) / (union + 1)",
    ),
    Edit(
        "5-only-predicted-is-absent",
        "a class that is predicted, but not in the target, counts as absent",
        "Whoever predicts a class that is not there is wrong: it has an IoU, and that is 0 (handout, part 5).",
        "return intersection / union",
        "return torch.where(matrix.sum(dim=1) == 0, torch.nan, intersection / union)",
    ),
    Edit(
        "5-union-counts-twice",
        "the union counts the intersection twice",
        "The row and the column of a class share one cell, and a union has it once: TP + FP + FN (handout, part 5).",
        _UNION,
        "matrix.sum(dim=0) + matrix.sum(dim=1)",
    ),
    Edit(
        "5-union-without-intersection",
        "the union leaves out the intersection",
        "What was found belongs to the union too: TP / (TP + FP + FN) cannot exceed 1 (handout, part 5).",
        _UNION,
        "matrix.sum(dim=0) + matrix.sum(dim=1) - 2 * matrix.diagonal()",
    ),
    Edit(
        "5-dice",
        "the Dice coefficient (F1) is computed instead of IoU",
        "Dice counts the intersection twice, above and below the line, and is larger: IoU is TP / (TP + FP + FN).",
        "return intersection / union",
        "return 2 * intersection / (union + matrix.diagonal())",
    ),
    Edit(
        "5-recall",
        "the share of each class's pixels that were found is computed, not IoU",
        "Whoever predicts road everywhere finds all of it: false positives belong to the union (handout, part 5).",
        _UNION,
        "matrix.sum(dim=1)",
    ),
    Edit(
        "5-precision",
        "the share of each class's predictions that are right is computed, not IoU",
        "Whoever predicts one sure pixel is always right: false negatives belong to the union (handout, part 5).",
        _UNION,
        "matrix.sum(dim=0)",
    ),
    Edit(
        "5-floor-division",
        "intersection and union are divided without a remainder",
        "Two slashes round down, and an IoU below 1 becomes 0.",
        "return intersection / union",
        "return intersection // union",
    ),
    Edit(
        "5-float32",
        "IoU is float32",
        "Counts of a whole data set need more digits than float32 has: the docstring says which type to return.",
        "matrix.diagonal().double()",
        "matrix.diagonal().float()",
    ),
    Edit(
        "5-diagonal-erased",
        "the diagonal of the caller's matrix is erased",
        "Methods that end in an underscore write into their tensor, and the accuracy still needs it.",
        _UNION,
        "intersection + matrix.fill_diagonal_(0).sum(dim=0) + matrix.sum(dim=1)",
    ),
)

_MEAN = "iou_per_class(matrix).nanmean().item()"

_MEASURES = (
    Edit(
        "5-mean-is-nan",
        "one absent class makes the mean NaN",
        "A sum with a NaN is NaN: the mean is over the classes that are present (handout, part 5).",
        _MEAN,
        "iou_per_class(matrix).mean().item()",
    ),
    Edit(
        "5-mean-over-k",
        "the mean divides by K, also where classes are absent",
        "Three classes that are present make a mean of three numbers, whatever K is (handout, part 5).",
        _MEAN,
        "(iou_per_class(matrix).nansum() / len(matrix)).item()",
    ),
    Edit(
        "5-zeros-left-out",
        "classes with IoU 0 are left out of the mean",
        "A class that is there and never found is the worst case, not an absent one: it counts as 0 (handout, part 5).",
        _MEAN,
        "(iou_per_class(matrix).nansum() / (iou_per_class(matrix) > 0).sum()).item()",
    ),
    Edit(
        "5-first-class-left-out",
        "class 0 is left out of the mean, as if it were a background",
        "Class 0 is Building; CamVid has void instead of a background, and void is not in the matrix.",
        _MEAN,
        "iou_per_class(matrix)[1:].nanmean().item()",
    ),
    Edit(
        "5-micro",
        "intersections and unions are summed over the classes before they are divided",
        "Then the road decides: mean IoU is the mean of the classes' IoU, each counting the same (handout, part 5).",
        _MEAN,
        "(matrix.trace().double() / (2 * matrix.sum() - matrix.trace())).item()",
    ),
    Edit(
        "5-frequency-weighted",
        "classes count in the mean by their number of pixels",
        "That is another of the measures in Long et al.: in mean IoU a lamp post counts as much as the road.",
        _MEAN,
        "(iou_per_class(matrix) * matrix.sum(dim=1) / matrix.sum()).nansum().item()",
    ),
    Edit(
        "5-mean-is-tensor",
        "mean IoU is a tensor",
        "A number for a table or a JSON file is a plain float: the signature says what is returned.",
        _MEAN,
        "iou_per_class(matrix).nanmean()",
    ),
    Edit(
        "5-percent",
        "mean IoU is in per cent",
        "It lies between 0 and 1, as the docstring says: whoever prints it may multiply.",
        _MEAN,
        f"100 * {_MEAN}",
    ),
    Edit(
        "5-class-accuracy",
        "pixel accuracy is the mean of the classes' accuracies",
        "That is mean accuracy, another measure: here every pixel counts the same (Long et al., section 5).",
        "(matrix.trace().double() / matrix.sum()).item()",
        "(matrix.diagonal().double() / matrix.sum(dim=1)).nanmean().item()",
    ),
    Edit(
        "5-accuracy-floored",
        "pixel accuracy is divided without a remainder",
        "Integers divided with two slashes round down: everything that is not perfect becomes 0.",
        "(matrix.trace().double() / matrix.sum()).item()",
        "(matrix.trace() // matrix.sum()).item()",
    ),
)

MISTAKES = (*_MATRIX, *_IOU, *_MEASURES)
