"""Part 1: `PPM`."""

import pytest

from proj4_unit_tests.harness.compare import counted, expect, expect_array, expect_equal


@pytest.mark.points(1)
@pytest.mark.function("PPM")
def test_the_output_is_that_of_the_paper(student, draw, book):
    """Pool to 1, 2, 3 and 6 cells, 1×1 convolution, batch norm, ReLU, upsample bilinearly, concatenate (eval mode)."""
    x, weights = draw.normal(2, 4, 9, 13), draw.seed()
    book.check(student.ppm(x=x, weights=weights, arguments=[4, 3]))
    largest = student.sample("ppm", x=1000 * x, weights=weights, arguments=[4, 3])[:, 4:].max()
    expect(
        largest > 20, f"no value of a branch above {largest:.3g}, however large the input", "ReLU has no upper limit"
    )


@pytest.mark.points(1)
@pytest.mark.function("PPM", forgeable=True)
def test_the_shape_is_input_and_branches(student, draw):
    """C + len(bins) * branch_channels channels, and the height and width of each input, whatever came before it."""
    maps = [draw.normal(2, 5, 10, 7), draw.normal(1, 5, 6, 8)]
    answers = student.ppm_on_sizes(maps=maps, weights=draw.seed(), arguments=[5, 2, [1, 2, 4]])
    for answer, x in zip(answers, maps, strict=True):
        expect_array(answer, "float32", (len(x), 5 + 3 * 2, *x.shape[2:]))


@pytest.mark.points(1)
@pytest.mark.function("PPM", forgeable=True)
def test_the_input_comes_first_and_unchanged(student, draw):
    """The first C channels of the output are the input itself."""
    x = draw.normal(2, 4, 9, 8)
    answer = student.ppm(x=x, weights=draw.seed(), arguments=[4, 2])
    expect(answer.shape[1] >= 4, counted(answer.shape[1], "channel"), "at least the input's 4")
    expect_equal(answer[:, :4], x, "the input in the first channels")


@pytest.mark.points(1)
@pytest.mark.function("PPM")
def test_branches_come_in_the_order_of_bins(student, draw, book):
    """Branches are concatenated in the order of `bins`, whatever it is."""
    x = draw.normal(1, 3, 8, 11)
    book.check(student.ppm(x=x, weights=draw.seed(), arguments=[3, 2], options={"bins": [6, 1, 3]}))


@pytest.mark.points(0.5)
@pytest.mark.function("PPM")
def test_arguments_have_their_names(student, draw, book):
    """`PPM(in_channels=..., branch_channels=..., bins=...)` can be called by keyword."""
    x = draw.normal(1, 6, 7, 7)
    options = {"in_channels": 6, "branch_channels": 2, "bins": [2, 3]}
    book.check(student.ppm(x=x, weights=draw.seed(), options=options))


@pytest.mark.points(0.5)
@pytest.mark.function("PPM", forgeable=True)
def test_one_bin_is_the_global_average(student, draw):
    """The branch of bin 1 is the same at every position: it knows only the average of the whole map."""
    x = draw.normal(2, 4, 6, 9)
    seed = draw.seed()
    branch = student.ppm(x=x, weights=seed, arguments=[4, 3, [1]])[:, 4:]
    expect_equal(branch, branch[:, :, :1, :1] + 0 * branch, "one value at all positions", tolerance=1e-6)
    shuffled = x.reshape(2, 4, -1)[:, :, draw.generator.permutation(54)].reshape(x.shape)
    again = student.ppm(x=shuffled, weights=seed, arguments=[4, 3, [1]])[:, 4:]
    expect_equal(again, branch, "the same for the same pixels in another order", tolerance=1e-5)
    expect(bool((branch > 0).any()), "zeros", "some value above zero")


@pytest.mark.points(0.5)
@pytest.mark.function("PPM", forgeable=True)
def test_corners_keep_the_corner_cells(student, draw):
    """With `align_corners=True`, the pixels at the edge have the values of the cells at the edge, unmixed."""
    x = draw.normal(1, 3, 8, 8)
    left, right = x.copy(), x.copy()
    right[:, :, :, 4:] += draw.normal(1, 3, 8, 4)  # the right half: two of the four cells of bin 2
    seed = draw.seed()
    left[:, :, :, :4] += draw.normal(1, 3, 8, 4)
    before, of_right, of_left = (
        student.ppm(x=pixels, weights=seed, arguments=[3, 2, [2]])[:, 3:] for pixels in (x, right, left)
    )
    expect_equal(of_right[..., 0], before[..., 0], "the left edge reads only the left cells", tolerance=1e-6)
    kept = of_left.copy()  # all of the map, since the edge alone may be 0, and leave no room for rounding
    kept[..., -1] = before[..., -1]
    expect_equal(of_left, kept, "the right edge reads only the right cells", tolerance=1e-6)
    moved = bool((of_right[..., 1] != before[..., 1]).any())
    expect(moved, "the second column does not change with the right half of the input", "a mix of left and right cells")


@pytest.mark.points(1)
@pytest.mark.function("PPM")
def test_maps_smaller_than_the_grid_work(student, draw, book):
    """Pooling works for any height and width, even with fewer pixels than cells: 4×5 pixels, 6×6 cells."""
    book.check(student.ppm(x=draw.normal(1, 3, 4, 5), weights=draw.seed(), arguments=[3, 2, [1, 6]]))


@pytest.mark.points(1)
@pytest.mark.function("PPM")
def test_training_mode_normalises_by_the_batch(student, draw, book):
    """In training mode, batch norm uses the statistics of the batch."""
    x = draw.normal(4, 3, 7, 6)
    book.check(student.ppm(x=x, weights=draw.seed(), arguments=[3, 2, [1, 3]], training=True))


@pytest.mark.points(1)
@pytest.mark.function("PPM")
def test_batch_norm_learns_its_statistics(student, draw, book):
    """In eval mode, batch norm uses the statistics that it learnt in training mode."""
    x = 2 + 3 * draw.normal(4, 3, 6, 7)
    book.check(student.ppm_statistics(x=x, weights=draw.seed(), arguments=[3, 2, [1, 2]]))


@pytest.mark.points(3)
@pytest.mark.function("PPM", forgeable=True)
def test_every_branch_learns(student, draw):
    """Gradients reach each branch's 1×1 convolution (without bias) and batch norm, and through them the input."""
    answer = student.ppm_learns(x=draw.normal(3, 4, 9, 9), arguments=[4, 5, [1, 2, 3]])
    count = 3 * (4 * 5 + 2 * 5)
    expected = {"values in parameters()": count, "values that learn": count, "gradients through the pooling": True}
    expect_equal(answer, expected, f"{count} values (3 branches of 4*5 + 2*5), and gradients to all and to the input")


@pytest.mark.points(0.5)
@pytest.mark.function("PPM", forgeable=True)
def test_the_input_is_not_changed(student, draw):
    """The input tensor is not modified: nothing works on it in place."""
    x = draw.normal(1, 3, 6, 6)
    expect_equal(student.ppm_input(x=x, arguments=[3, 2]), x, "the input as it was given")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
