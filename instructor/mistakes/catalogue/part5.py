"""Known mistakes of part 5, IoU."""

from instructor.mistakes.edits import Edit

MISTAKES = (
    Edit(
        "5-transposed",
        "rows are the prediction and columns the target",
        "Row i is the truth i: which of the two must count K times as much in the number of a pair?",
        "target[counts].long() * num_classes + prediction[counts].long()",
        "prediction[counts].long() * num_classes + target[counts].long()",
    ),
    Edit(
        "5-absent-is-zero",
        "classes that are nowhere count as IoU 0",
        "A class that is neither in the target nor in the prediction has no IoU; the mean leaves it out.",
        "return intersection / union",
        "return intersection / union.clamp(min=1)",
    ),
    Edit(
        "5-minlength",
        "bincount is not told how many pairs there are",
        "`torch.bincount` stops at the largest number that it sees: a class that is absent makes the matrix too small.",
        ", minlength=num_classes**2)",
        ")",
    ),
)
