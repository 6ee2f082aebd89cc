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

_NO_MINLENGTH = "bincount stops at the largest pair that occurs"
_HOW_MANY_COUNTS = "How many numbers does `bincount` return if the last class does not occur (handout, part 5)?"
_COUNTED_ONCE = "each pair of classes is counted once, however many pixels have it"
_HOW_OFTEN_ADDED = "If an index occurs twice in one indexed addition, how often is 1 added?"

_MATRIX = (
    Edit(
        "5-transposed",
        "rows are the prediction and columns the target",
        "Row i belongs to the true class i. Which of the two chooses the row in your code (handout, part 5)?",
        "target.long() * num_classes + prediction.long()",
        "prediction.long() * num_classes + target.long()",
    ),
    Edit(
        "5-minlength",
        _NO_MINLENGTH,
        _HOW_MANY_COUNTS,
        _BODY,
        f"{_SELECT}    return torch.bincount(pairs).reshape(num_classes, num_classes)\n",
    ),
    Edit(
        "5-minlength-of-a-view",
        _NO_MINLENGTH,
        _HOW_MANY_COUNTS,
        _BODY,
        f"{_SELECT}    return torch.bincount(pairs).view(num_classes, -1)\n",
    ),
    Edit(
        "5-minlength-in-numpy",
        _NO_MINLENGTH,
        _HOW_MANY_COUNTS,
        _BODY,
        f"{_SELECT}    import numpy as np\n\n"
        "    return torch.from_numpy(np.bincount(pairs.numpy()).reshape(num_classes, num_classes))\n",
    ),
    Edit(
        "5-overflow",
        "pairs are computed in the type of the labels, which overflows in small types",
        "A uint8 holds no number above 255. What is 19 * 20 + 19 in the type of your labels (handout, part 5)?",
        "target.long() * num_classes + prediction.long()",
        "(target * num_classes + prediction).long()",
    ),
    Edit(
        "5-overflow-of-the-target",
        "the target is multiplied in its own type, which overflows in small types",
        "A uint8 holds no number above 255. What is 19 * 20 in the type of your target (handout, part 5)?",
        "target.long() * num_classes + prediction.long()",
        "(target * num_classes).long() + prediction.long()",
    ),
    Edit(
        "5-k-from-the-data",
        "the matrix ends at the largest class in the target",
        "The last class may be absent from a batch. How large must the matrix be then?",
        _BODY,
        f"""{_SELECT}    num_classes = int(target[counts].max()) + 1
    pairs = pairs[pairs < num_classes**2]
    return {_MATRIX_OF_SELECTED}
""",
    ),
    Edit(
        "5-pairs-counted-once",
        _COUNTED_ONCE,
        _HOW_OFTEN_ADDED,
        _BODY,
        """    counts = target != ignore_index
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    matrix[target[counts], prediction[counts]] += 1
    return matrix
""",
    ),
    Edit(
        "5-long-pairs-counted-once",
        _COUNTED_ONCE,
        _HOW_OFTEN_ADDED,
        _BODY,
        """    counts = target != ignore_index
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    matrix[target[counts].long(), prediction[counts].long()] += 1
    return matrix
""",
    ),
    Edit(
        "5-class-0-not-counted",
        "pixels of class 0 are not counted, as if it were a background",
        "Class 0 is Building. Does CamVid have a background class?",
        "target == ignore_index",
        "(target == ignore_index) | (target == 0)",
    ),
    Edit(
        "5-void-counted",
        "void pixels are counted like all others",
        "Does a void pixel count as right, as wrong, or not at all (handout, part 5)?",
        _BODY,
        f"""    pairs = target.flatten().long() * num_classes + prediction.flatten().long()
    return {_MATRIX_OF_SELECTED}
""",
    ),
    Edit(
        "5-void-as-last-class",
        "void pixels are counted as the last class",
        "In which class do void pixels end up in your matrix, and where should they count (handout, part 5)?",
        _PAIRS + _VOID,
        "    pairs = target.long().clamp(max=num_classes - 1) * num_classes + prediction.long()\n",
    ),
    Edit(
        "5-void-as-class-0",
        "void pixels are counted as class 0",
        "Class 0 is Building. Which of its pixels, in your matrix, were void in the target (handout, part 5)?",
        _PAIRS + _VOID,
        "    pairs = target.where(target != ignore_index, 0).long() * num_classes + prediction.long()\n",
    ),
    Edit(
        "5-void-becomes-class-0",
        "void pixels become class 0, in the matrix and in the caller's target",
        "Once void is gone from the target, how can its pixels be left out (handout, part 5)?",
        _PAIRS + _VOID,
        f"    target[target == ignore_index] = 0\n{_PAIRS}",
    ),
    Edit(
        "5-void-as-a-class",
        "void has its own row and column",
        "The matrix is K×K. Is void one of the K classes (handout, part 5)?",
        _PAIRS + _VOID,
        f"""    target = torch.where(target == ignore_index, num_classes, target)
    num_classes = num_classes + 1
{_PAIRS}""",
    ),
    Edit(
        "5-void-by-range",
        "what is left out does not depend on ignore_index",
        "The value to ignore may be one of 0 to K-1. Does your code compare with `ignore_index`?",
        "target == ignore_index",
        "(target < 0) | (target >= num_classes)",
    ),
    Edit(
        "5-void-of-both",
        "pixels whose prediction has the value to ignore are left out as well",
        "Which of the two says that a pixel does not count, the target or the prediction (handout, part 5)?",
        "target == ignore_index",
        "(target == ignore_index) | (prediction == ignore_index)",
    ),
    Edit(
        "5-prediction-overwritten",
        "predictions are overwritten where the target is void",
        "The caller may still need the prediction, for a picture perhaps. Can you leave pixels out without writing?",
        _PAIRS,
        f"    prediction[target == ignore_index] = 0\n{_PAIRS}",
    ),
    Edit(
        "5-target-overwritten",
        "void is overwritten in the caller's target",
        "Once void is gone from the target, what will the next function score (handout, part 5)?",
        _VOID,
        f"{_VOID}    target[target == ignore_index] = 0\n",
    ),
    Edit(
        "5-view-multiplied",
        "the caller's target is multiplied by the number of classes",
        "The caller still needs the target as it was. Which of your operations write into it?",
        _PAIRS + _VOID,
        """    is_void = (target == ignore_index).reshape(-1)
    pairs = target.view(-1).mul_(num_classes) + prediction.reshape(-1)
    pairs[is_void] = num_classes**2
""",
    ),
    Edit(
        "5-float-matrix",
        "the matrix holds floats, not integers",
        "Counts are whole numbers, and large ones. Up to which number can float32 count by ones?",
        "[:-1].reshape(num_classes, num_classes)",
        "[:-1].reshape(num_classes, num_classes).float()",
    ),
    Edit(
        "5-int32-matrix",
        "the matrix is int32, not int64",
        "How many pixels have a thousand large frames, and up to which number does int32 count (docstring)?",
        "[:-1].reshape(num_classes, num_classes)",
        "[:-1].reshape(num_classes, num_classes).int()",
    ),
    Edit(
        "5-rows-normalised",
        "each row of the matrix is divided by its sum",
        "Counts add up over batches. Do shares? When is the time to divide (handout, part 5)?",
        _BODY,
        f"""{_SELECT}    matrix = {_MATRIX_OF_SELECTED}
    return matrix / matrix.sum(dim=1, keepdim=True)
""",
    ),
    Edit(
        "5-calls-remembered",
        "the counts of earlier calls are included",
        "Should a function remember its earlier calls? Who adds up the matrices (handout, part 5)?",
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
        "classes that occur nowhere get an IoU of 0",
        "Does a class in neither the target nor the prediction have an IoU (handout, part 5)?",
        "return intersection / union",
        "return intersection / union.clamp(min=1)",
    ),
    Edit(
        "5-absent-is-one",
        "classes that occur nowhere get an IoU of 1",
        "Is finding nothing where there is nothing worth a full score? Does that class have an IoU (handout, part 5)?",
        "return intersection / union",
        "return torch.where(union == 0, 1.0, intersection / union)",
    ),
    Edit(
        "5-epsilon",
        "a small number is added to the union",
        "Adding it keeps 0 / 0 from being NaN. But does an absent class have an IoU (handout, part 5)?",
        "return intersection / union",
        "return intersection / (union + 1e-6)",
    ),
    Edit(
        "5-smoothed",
        "1 is added to intersection and union",
        "Smoothing keeps losses from dividing by 0. What does 0 / 0 mean in a measure (handout, part 5)?",
        "return intersection / union",
        "return (intersection + 1) / (union + 1)",
    ),
    Edit(
        "5-only-predicted-is-absent",
        "a class that is predicted but not in the target counts as absent",
        "A class is predicted, but not there. Is it absent, or wrong? What is its IoU (handout, part 5)?",
        "return intersection / union",
        "return torch.where(matrix.sum(dim=1) == 0, torch.nan, intersection / union)",
    ),
    Edit(
        "5-union-counts-twice",
        "the union counts the intersection twice",
        "The row and the column of a class share one cell. How often does the union have it (handout, part 5)?",
        _UNION,
        "matrix.sum(dim=0) + matrix.sum(dim=1)",
    ),
    Edit(
        "5-twice-the-column",
        "the union has the column of each class twice, and its row not at all",
        "A class has a row and a column. Along which dimension does each of your sums run (handout, part 5)?",
        _UNION,
        "matrix.sum(dim=0) + matrix.sum(dim=0) - matrix.diagonal()",
    ),
    Edit(
        "5-twice-the-row",
        "the union has the row of each class twice, and its column not at all",
        "A class has a row and a column. Along which dimension does each of your sums run (handout, part 5)?",
        _UNION,
        "matrix.sum(dim=1) + matrix.sum(dim=1) - matrix.diagonal()",
    ),
    Edit(
        "5-union-without-intersection",
        "the union leaves out the intersection",
        "Can TP / (TP + FP + FN) exceed 1? Which of the three does your union lack (handout, part 5)?",
        _UNION,
        "matrix.sum(dim=0) + matrix.sum(dim=1) - 2 * matrix.diagonal()",
    ),
    Edit(
        "5-dice",
        "the Dice coefficient (F1) is computed instead of IoU",
        "Dice counts the intersection twice. How often does IoU count it (handout, part 5)?",
        "return intersection / union",
        "return 2 * intersection / (union + matrix.diagonal())",
    ),
    Edit(
        "5-recall",
        "recall, the share of each class's pixels that were found, is computed instead of IoU",
        "If road is predicted everywhere, all road is found. Which mistakes does the union count (handout, part 5)?",
        _UNION,
        "matrix.sum(dim=1)",
    ),
    Edit(
        "5-precision",
        "precision, the share of each class's predictions that are right, is computed instead of IoU",
        "If one sure pixel is predicted, all predictions are right. Which misses does a union count (handout, part 5)?",
        _UNION,
        "matrix.sum(dim=0)",
    ),
    Edit(
        "5-floor-division",
        "intersection and union are divided as whole numbers, rounding down",
        "What is 3 // 4, and what should it be?",
        "return intersection / union",
        "return intersection // union",
    ),
    Edit(
        "5-float32",
        "IoU is float32, not float64",
        "Which type does the docstring of `iou_per_class` promise?",
        "matrix.diagonal().double()",
        "matrix.diagonal().float()",
    ),
    Edit(
        "5-diagonal-erased",
        "the diagonal of the caller's matrix is erased",
        "The accuracy still needs the diagonal. Which of your operations write into the matrix?",
        _UNION,
        "intersection + matrix.fill_diagonal_(0).sum(dim=0) + matrix.sum(dim=1)",
    ),
)

_MEAN = "iou_per_class(matrix).nanmean().item()"

_MEASURES = (
    Edit(
        "5-mean-is-nan",
        "a single absent class makes the mean NaN",
        "What is a sum with a NaN in it? Over which classes is the mean (handout, part 5)?",
        _MEAN,
        "iou_per_class(matrix).mean().item()",
    ),
    Edit(
        "5-mean-over-k",
        "the mean divides by K even where classes are absent",
        "If three of five classes are present, over how many numbers is the mean (handout, part 5)?",
        _MEAN,
        "(iou_per_class(matrix).nansum() / len(matrix)).item()",
    ),
    Edit(
        "5-zeros-left-out",
        "classes with IoU 0 are left out of the mean",
        "Is a class that is there but never found absent, or the worst case (handout, part 5)?",
        _MEAN,
        "(iou_per_class(matrix).nansum() / (iou_per_class(matrix) > 0).sum()).item()",
    ),
    Edit(
        "5-first-class-left-out",
        "class 0 is left out of the mean, as if it were a background",
        "Class 0 is Building. Does CamVid have a background class?",
        _MEAN,
        "iou_per_class(matrix)[1:].nanmean().item()",
    ),
    Edit(
        "5-micro",
        "intersections and unions are summed over classes before dividing",
        "How much does the road count then, and how much a lamp post? What is averaged (handout, part 5)?",
        _MEAN,
        "(matrix.trace().double() / (2 * matrix.sum() - matrix.trace())).item()",
    ),
    Edit(
        "5-frequency-weighted",
        "classes are weighted in the mean by their number of pixels",
        "That is another measure of Long et al. How much does a lamp post count in mean IoU (handout, part 5)?",
        _MEAN,
        "(iou_per_class(matrix) * matrix.sum(dim=1) / matrix.sum()).nansum().item()",
    ),
    Edit(
        "5-mean-is-tensor",
        "mean IoU is a tensor, not a float",
        "What does the signature of `mean_iou` promise? A table or a JSON file needs a plain number.",
        _MEAN,
        "iou_per_class(matrix).nanmean()",
    ),
    Edit(
        "5-percent",
        "mean IoU is a percentage",
        "Between which two numbers does it lie (docstring of `mean_iou`)?",
        _MEAN,
        f"100 * {_MEAN}",
    ),
    Edit(
        "5-class-accuracy",
        "pixel accuracy is the mean of the classes' accuracies",
        "That is mean accuracy. In pixel accuracy, what counts the same: every class, or every pixel?",
        "(matrix.trace().double() / matrix.sum()).item()",
        "(matrix.diagonal().double() / matrix.sum(dim=1)).nanmean().item()",
    ),
    Edit(
        "5-accuracy-over-cells",
        "pixel accuracy is divided by the number of cells of the matrix, not of pixels",
        "A matrix of 11×11 has 121 cells. Where in it do you find how many pixels there are (handout, part 5)?",
        "(matrix.trace().double() / matrix.sum()).item()",
        "(matrix.trace().double() / matrix.numel()).item()",
    ),
    Edit(
        "5-accuracy-floored",
        "pixel accuracy is divided as whole numbers, rounding down",
        "What is 7 // 10, and what should it be?",
        "(matrix.trace().double() / matrix.sum()).item()",
        "(matrix.trace() // matrix.sum()).item()",
    ),
)

MISTAKES = (*_MATRIX, *_IOU, *_MEASURES)
