"""Part 5: `confusion_matrix`, `iou_per_class`, `mean_iou`, `pixel_accuracy`."""

import math

import numpy as np
import pytest

from proj4_unit_tests.harness.book import Draw
from proj4_unit_tests.harness.compare import expect_array, expect_equal

VOID = 255


def _pixels_of(matrix: np.ndarray, draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """Make shuffled pixels whose confusion matrix is `matrix`: (prediction, target)."""
    pairs = np.repeat(np.argwhere(np.ones_like(matrix)), matrix.ravel(), axis=0)
    target, prediction = draw.generator.permutation(pairs).T
    return prediction.copy(), target.copy()


@pytest.mark.points(1)
@pytest.mark.function("confusion_matrix")
def test_rows_are_the_target_and_columns_the_prediction(student, draw):
    """Row i, column j counts the pixels of class i that were predicted as j: (K, K) int64."""
    matrix = draw.integers(0, 9, 5, 5)
    prediction, target = _pixels_of(matrix, draw)
    answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=5)["matrix"]
    expect_array(answer, "int64", (5, 5))
    expect_equal(answer, matrix, "the number of pixels of each pair")


@pytest.mark.points(0.5)
@pytest.mark.function("confusion_matrix")
def test_images_are_counted_pixel_by_pixel(student, draw, book):
    """Prediction and target may have any shape, such as (N, H, W)."""
    prediction, target = draw.integers(0, 11, 2, 7, 9), draw.integers(0, 11, 2, 7, 9)
    book.check(student.confusion_matrix(prediction=prediction, target=target, num_classes=11))


@pytest.mark.points(1)
@pytest.mark.function("confusion_matrix")
def test_integers_of_any_type_are_counted(student, draw):
    """Prediction and target may be of any integer type: 20 classes make 400 pairs, more than a uint8 can hold."""
    matrix = draw.integers(0, 4, 20, 20)
    matrix[19, 19] += 1
    pixels = _pixels_of(matrix, draw)
    for types in (("uint8", "uint8"), ("int64", "uint8"), ("uint8", "int64"), ("int16", "int16"), ("int32", "int64")):
        prediction, target = (labels.astype(kind) for labels, kind in zip(pixels, types, strict=True))
        answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=20)["matrix"]
        kinds = f"prediction {types[0]}, target {types[1]}"
        expect_equal(answer, matrix, f"the same matrix as for int64, (20, 20) int64: {kinds}", name=kinds)


@pytest.mark.points(1)
@pytest.mark.function("confusion_matrix")
def test_void_changes_nothing(student, draw):
    """Pixels whose target is 255 count nowhere, whatever is predicted there."""
    matrix = draw.integers(0, 9, 4, 4)
    prediction, target = _pixels_of(matrix, draw)
    prediction = np.concatenate([prediction, draw.integers(0, 4, 50)])
    target = np.concatenate([target, np.full(50, VOID)])
    answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=4)
    expect_equal(answer["matrix"], matrix, "the matrix without the void pixels")


@pytest.mark.points(0.5)
@pytest.mark.function("confusion_matrix")
def test_the_ignored_value_can_be_chosen(student, draw):
    """With `ignore_index=0`, the target value 0 is not counted; -1 can be chosen too."""
    matrix = draw.integers(1, 9, 3, 3)
    prediction, target = _pixels_of(matrix, draw)
    answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=3, options={"ignore_index": 0})
    matrix[0] = 0
    expect_equal(answer["matrix"], matrix, "a first row of zeros, and the rest as counted")
    target[target == 0] = -1
    answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=3, options={"ignore_index": -1})
    expect_equal(answer["matrix"], matrix, "the same where the value is -1")


@pytest.mark.points(0.5)
@pytest.mark.function("confusion_matrix")
def test_absent_classes_have_rows_and_columns(student, draw):
    """A class that no pixel has still has its row and column: the matrix is always K×K."""
    matrix = np.zeros((6, 6), np.int64)
    matrix[0, 1], matrix[1, 0] = draw.integers(1, 9, 2)
    prediction, target = _pixels_of(matrix, draw)
    answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=6)["matrix"]
    expect_equal(answer, matrix, "zeros everywhere but at [0, 1] and [1, 0]")


@pytest.mark.points(0.5)
@pytest.mark.function("confusion_matrix", forgeable=True)
def test_nothing_but_void_gives_zeros(student):
    """An image without a scored pixel gives a matrix of zeros."""
    pixels = np.full((3, 4), VOID)
    answer = student.confusion_matrix(prediction=np.zeros_like(pixels), target=pixels, num_classes=3)["matrix"]
    expect_equal(answer, np.zeros((3, 3), np.int64), "zeros")


@pytest.mark.points(0.5)
@pytest.mark.function("confusion_matrix", forgeable=True)
def test_matrices_add_up(student, draw):
    """However a data set is cut into batches, their matrices add up to the same sum: no call remembers another."""
    prediction, target = draw.integers(0, 7, 6, 5, 5), draw.integers(0, 7, 6, 5, 5)
    target[draw.integers(0, 5, 6, 5, 5) == 0] = VOID
    images = [slice(0, 6), slice(0, 2), slice(2, 6), slice(0, 5), slice(5, 6)]
    batches = {"predictions": [prediction[some] for some in images], "targets": [target[some] for some in images]}
    matrices = student.confusion_matrices(**batches, num_classes=7)
    for matrix in matrices:
        expect_array(matrix, "int64", (7, 7))
    whole, first_two, last_four, first_five, last = matrices
    expect_equal(first_two + last_four, whole, "the same sum for 2 + 4 images as for 6")
    expect_equal(first_five + last, whole, "the same sum for 5 + 1 images as for 6")


@pytest.mark.points(0.5)
@pytest.mark.function("confusion_matrix", forgeable=True)
def test_the_inputs_are_not_changed(student, draw):
    """Prediction, target and matrix are not modified."""
    prediction, target = draw.integers(0, 3, 4, 4), draw.integers(0, 3, 4, 4)
    target[0] = VOID
    answer = student.confusion_matrix(prediction=prediction, target=target, num_classes=3)
    for name, given, afterwards in zip(("prediction", "target"), (prediction, target), answer["inputs"], strict=True):
        expect_equal(afterwards, given, f"the {name} as it was given", name=f"{name} afterwards")
    matrix = draw.integers(0, 9, 3, 3)
    expect_equal(
        student.matrix_untouched(matrix=matrix), matrix, "the matrix as it was given", name="matrix afterwards"
    )


@pytest.mark.points(0.5)
@pytest.mark.function("iou_per_class")
def test_iou_is_intersection_over_union(student, draw):
    """TP / (TP + FP + FN) for each class, as (K,) float64."""
    a, b, c, d, e = draw.integers(1, 9, 5).tolist()
    expected = f"[{a}/{a + b + c}, {d}/{b + c + d}, {e}/{e}] in float64"
    ious = np.array([a / (a + b + c), d / (b + c + d), 1.0])
    answer = student.iou_per_class(matrix=np.array([[a, b, 0], [c, d, 0], [0, 0, e]]))
    expect_equal(answer, ious, expected, tolerance=1e-12)


@pytest.mark.points(0.5)
@pytest.mark.function("iou_per_class")
def test_iou_of_a_random_matrix(student, draw, book):
    """Eleven classes with counts up to a hundred million, as for the whole of CamVid."""
    book.check(student.iou_per_class(matrix=draw.integers(0, 10**8, 11, 11)), tolerance=1e-12)


@pytest.mark.points(0.5)
@pytest.mark.function("iou_per_class")
def test_a_class_that_is_nowhere_has_no_iou(student, draw):
    """NaN for a class in neither target nor prediction; 0 for one that is never there, or never found."""
    hits, misses, false_alarms = draw.integers(1, 9, 3).tolist()
    matrix = np.array([[hits, 0, misses, 0], [0, 0, 0, 0], [0, 0, 0, 0], [false_alarms, 0, 0, 0]])
    union = hits + misses + false_alarms
    expected = np.array([hits / union, math.nan, 0.0, 0.0])
    expect_equal(student.iou_per_class(matrix=matrix), expected, f"[{hits}/{union}, nan, 0, 0]", tolerance=1e-12)


@pytest.mark.points(1)
@pytest.mark.function("mean_iou")
def test_the_mean_is_over_the_classes_present(student, draw):
    """Mean IoU leaves out classes in neither target nor prediction; a class that is only predicted counts as 0."""
    hits, misses, false_alarms = draw.integers(1, 9, 3).tolist()
    matrix = np.array([[hits, 0, misses, 0], [0, 0, 0, 0], [0, 0, 0, 0], [false_alarms, 0, 0, 0]])
    union = hits + misses + false_alarms
    expected = f"{hits}/{3 * union}, the mean of {hits}/{union}, 0 and 0"
    expect_equal(student.mean_iou(matrix=matrix), hits / (3 * union), expected, tolerance=1e-6)


@pytest.mark.points(0.5)
@pytest.mark.function("mean_iou")
def test_every_class_counts_the_same_in_the_mean(student, draw, book):
    """Mean IoU is a float, the plain mean over classes: a rare class weighs as much as the road."""
    matrix = draw.integers(1, 1000, 11, 11)
    matrix[5] *= 1000
    book.check(student.mean_iou(matrix=matrix), tolerance=1e-6)


@pytest.mark.points(0.5)
@pytest.mark.function("pixel_accuracy")
def test_accuracy_is_the_share_of_right_pixels(student, draw, book):
    """Pixel accuracy is a float: the correct pixels divided by all scored pixels."""
    expect_equal(student.pixel_accuracy(matrix=np.array([[3, 1], [2, 4]])), 0.7, "7 of 10", tolerance=1e-6)
    book.check(student.pixel_accuracy(matrix=draw.integers(0, 10**6, 11, 11)), tolerance=1e-6)


@pytest.mark.points(0.5)
@pytest.mark.function("mean_iou", forgeable=True)
def test_perfect_and_hopeless_predictions(student):
    """A perfect prediction scores 1.0 and a hopeless one 0.0, in mean IoU and in pixel accuracy."""
    right, wrong = np.diag([5, 1, 2]), np.array([[0, 5, 0], [0, 0, 1], [2, 0, 0]])
    for matrix, expected in ((right, 1.0), (wrong, 0.0)):
        quality = "perfect" if expected else "hopeless"
        expect_equal(student.mean_iou(matrix=matrix), expected, name=f"mean IoU of a {quality} prediction")
        expect_equal(student.pixel_accuracy(matrix=matrix), expected, name=f"pixel accuracy of a {quality} prediction")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
