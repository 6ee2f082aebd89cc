"""Frames whose labels nobody has, and weights with room for labels."""

import numpy as np
import pytest

from instructor.course.concerns import IDENTICAL, list_concerns
from instructor.course.whole_class import ClassGrade
from instructor.grading.records import COMPLETE, Grade, GradedTraining, Origin
from instructor.grading.training.unseen import agreement_with_halves, put_together, surprises, unusual_weights
from proj4_unit_tests.harness.outcome import PASSED

LEFT, RIGHT = np.full((8, 40, 3), 50, np.uint8), np.full((8, 40, 3), 200, np.uint8)


def _labels(image):
    """Label by brightness, as a network does that has learned something."""
    return (image.mean(-1) > 100).astype(np.uint8)


def test_a_network_sees_in_both_halves_what_it_sees_in_the_whole():
    generator = np.random.default_rng(0)
    cuts = set()
    for _ in range(20):
        image, is_left = put_together(LEFT, RIGHT, generator)
        assert agreement_with_halves(_labels(image), _labels(LEFT), _labels(RIGHT), is_left) == 1
        cuts.add(int(is_left.sum()))
    assert len(cuts) > 5
    assert min(cuts) >= 12
    assert max(cuts) < 28


def test_code_that_knows_only_whole_frames_is_listed():
    image, is_left = put_together(LEFT, RIGHT, np.random.default_rng(0))
    unknown = np.full(image.shape[:2], 7, np.uint8)
    unseen = agreement_with_halves(unknown, _labels(LEFT), _labels(RIGHT), is_left)
    assert unseen == 0
    (problem,) = surprises(0.97, unseen)
    assert "agrees with itself on 0% of the pixels, on the test split's on 97%" in problem
    assert not list(surprises(0.9, 0.8))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({}, None),
        ({"secret": np.zeros(1000, np.uint8)}, "1000 whole numbers in 1 tensors, such as secret"),
        ({"secret": np.zeros(10**6, np.float16)}, "million values; the assignment's network has"),
    ],
)
def test_room_for_labels_in_the_weights_is_listed(extra, words):
    weights = {"all": np.zeros(12_780_336, np.float16), "batches": np.zeros(1, np.int64)}
    problems = list(unusual_weights(weights | extra, 18, (1, 2, 3, 6), True))
    assert bool(problems) == bool(words)
    assert words is None or words in problems[0]


def test_copied_results_of_training_are_listed():
    def grade(file, predictions):
        copies = {"results.safetensors": file, "predictions": predictions}
        training = GradedTraining(PASSED, 10, 10, "", 0.6, copies=copies)
        return Grade(COMPLETE, Origin("", "", "", "", "", ""), training=training)

    grades = [ClassGrade("ann", grade("1", "a")), ClassGrade("ben", grade("2", "a")), ClassGrade("cy", grade("3", "c"))]
    assert list_concerns(grades) == [(["ann", "ben"], "results of training: identical predictions", IDENTICAL)]
