"""Results of training: what holds earns points, what the weights do not reproduce does not."""

import json
import os
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from sklearn.metrics import accuracy_score, jaccard_score

from instructor.grading.policy import read_policy
from instructor.grading.records import COMPLETE, Grade, Origin
from instructor.grading.results import as_gradescope
from instructor.grading.training.frames import accuracy, read_truth
from instructor.grading.training.results import grade_training
from instructor.release.skeletons import SOLUTION
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.graders import command, write_parts
from proj4_code.given.scene_drawing.dataset import write_dataset

POLICY = read_policy()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network that was trained for a moment, its results, and the data."""
    root = tmp_path_factory.mktemp("trained")
    data = write_dataset(root / "data", {"train": 16, "val": 2, "test": 6}, size=(120, 160), seed=1)
    train = ["train", "--data", data, "--depth", 18, "--weights", "none", "--crop", 65, "--batch", 4, "--epochs", 2]
    hand_in = ["hand_in", root / "run", "--out", root / "proj4_results.zip"]
    for program, *arguments in ([*train, "--lr", 0.02, "--out", root / "run"], hand_in):
        done = command("run", SOLUTION, f"proj4_code.given.{program}", *arguments)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def frames(trained):
    return read_truth(trained / "data")


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox(read_policy().patience)) as sandbox:
        sandbox.load(SOLUTION)
        yield sandbox


@pytest.fixture
def check(sandbox, frames):
    def run(tensors):
        content = tensors if isinstance(tensors, bytes) else safetensors.numpy.save(tensors)
        sandbox.start_test("training")
        try:
            return grade_training(content, frames, sandbox, POLICY, [1])
        finally:
            sandbox.end_test()

    return run


@pytest.fixture
def tensors(trained):
    return safetensors.numpy.load((trained / "run" / "results.safetensors").read_bytes())


def test_honest_results_hold(check, tensors, frames):
    training = check(tensors)
    assert training.problem == ""
    assert len(training.pictures) == 3
    truth = np.concatenate([frame.truth.ravel() for frame in frames])
    prediction = np.concatenate([tensors[f"predictions/{frame.name}"].ravel() for frame in frames])
    scored = truth != 255
    labels = np.union1d(truth[scored], prediction[scored])
    expected = jaccard_score(truth[scored], prediction[scored], labels=labels, average="macro")
    assert training.miou == pytest.approx(expected, abs=1e-12)


def test_the_description_does_not_grow_with_the_epochs(tensors):
    assert set(json.loads(tensors["description"].tobytes())) == {"settings", "classes", "epoch"}


def test_accuracy_is_that_of_scikit_learn(frames):
    generator = np.random.default_rng(0)
    predictions = [generator.integers(0, 11, frame.truth.shape) for frame in frames]
    truth, prediction = (np.concatenate([x.ravel() for x in xs]) for xs in ([f.truth for f in frames], predictions))
    expected = accuracy_score(truth[truth != 255], prediction[truth != 255])
    assert accuracy(predictions, [frame.truth for frame in frames]) == pytest.approx(expected)


def test_the_truth_is_that_of_part_4(trained, frames):
    from proj4_code.part4_camvid import CamVid

    for frame, (image, mask) in zip(frames, CamVid(trained / "data", "test"), strict=True):
        assert np.array_equal(frame.truth, mask.numpy())
        assert np.array_equal(frame.image.transpose(2, 0, 1), image.numpy())


def test_the_truth_handed_in_as_predictions_earns_nothing(check, tensors, frames):
    for frame in frames:
        tensors[f"predictions/{frame.name}"] = np.where(frame.truth == 255, 0, frame.truth)
    training = check(tensors)
    assert training.miou > 0.99
    assert "the weights do not give the prediction of" in training.problem
    grade = Grade(COMPLETE, Origin("", "", "", "", "", ""), training=training)
    assert grade.score == 0
    assert grade.notes == [f"results of training: {training.problem}"]
    assert "leaderboard" not in as_gradescope(grade, POLICY)


def test_code_that_remembers_the_test_split_is_found_out(tmp_path, tensors, frames, trained):
    """The part looks up each frame by its pixels, and answers with the truth; altered frames it does not know."""
    parts = write_parts(tmp_path / "parts")
    table = {}
    for frame in frames:
        label = np.where(frame.truth == 255, 0, frame.truth)
        tensors[f"predictions/{frame.name}"] = label
        table[int(frame.image.astype(np.int64).sum())] = label.tobytes().hex()
    source = (parts / "part3_pspnet.py").read_text()
    height, width = frames[0].truth.shape
    source += f"""
import numpy as np, torch
from proj4_code.given.classes import IMAGENET_MEAN, IMAGENET_STD
TABLE = {table!r}
forward = PSPNet.forward
def cheat(self, x):
    logits = forward(self, x)
    mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
    pixels = ((x[0, :, :{height}, :{width}] * std[:, None, None] + mean[:, None, None]) * 255).round()
    known = TABLE.get(int(pixels.sum()))
    if known:
        label = torch.from_numpy(np.frombuffer(bytes.fromhex(known), np.uint8).reshape({height}, {width}).astype(int))
        logits["out"][0, :, :{height}, :{width}] = torch.eye(11)[label].permute(2, 0, 1) * 100
    return logits
PSPNet.forward = cheat
"""
    (parts / "part3_pspnet.py").write_text(source)
    with closing(Sandbox(read_policy().patience)) as sandbox:
        sandbox.load(parts)
        sandbox.start_test("training")
        training = grade_training(safetensors.numpy.save(tensors), frames, sandbox, POLICY, [1])
        sandbox.end_test()
    assert "on mirrored, cropped frames the weights reach an accuracy of" in training.problem


class _Sly:
    def __reduce__(self):
        return os.system, ("echo GAINED > /tmp/gained-by-pickle",)


def _without(tensors, name):
    return {key: value for key, value in tensors.items() if key != name}


def _other_shape(tensors):
    name = next(name for name in tensors if name.startswith("predictions/"))
    return tensors | {name: tensors[name][:-1]}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda _: b"\x80\x04" + bytes(100), "results.safetensors cannot be read"),
        (lambda t: safetensors.numpy.save(t)[:-5000], "results.safetensors cannot be read"),
        (lambda t: _without(t, "description"), "results.safetensors cannot be read"),
        (lambda t: t | {"description": np.frombuffer(b"[[[", np.uint8)}, "results.safetensors cannot be read"),
        (_other_shape, "expected uint8 (120, 160) of train ids below 11"),
        (lambda t: {k: v + 200 if k.startswith("pred") else v for k, v in t.items()}, "expected uint8 (120, 160)"),
        (lambda t: _without(t, "weights/backbone.layer4.0.conv1.weight"), "your code could not predict"),
        (
            lambda t: {k: np.zeros_like(v) if k.startswith("weights") else v for k, v in t.items()},
            "the weights do not give",
        ),
    ],
)
def test_what_is_damaged_or_forged_earns_nothing(check, tensors, change, problem):
    if problem.startswith("your code") and "weights/backbone.layer4.0.conv1.weight" not in tensors:
        name = next(name for name in tensors if name.startswith("weights/") and tensors[name].ndim == 4)
        change = lambda t: _without(t, name)  # noqa: E731
    assert problem in check(change(tensors)).problem


def test_a_pickle_is_never_opened(check, tmp_path):
    torch.save({"weights": _Sly()}, tmp_path / "results.pt")
    assert "cannot be read" in check((tmp_path / "results.pt").read_bytes()).problem
    assert not Path("/tmp/gained-by-pickle").exists()


def test_what_was_packed_is_graded_from_the_command_line(tmp_path, trained, book):
    policy = tmp_path / "policy.toml"
    policy.write_text("miou_points = [[0.01, 4], [0.99, 10]]\n")
    upload = trained / "proj4_results.zip"
    done = command(
        "grade", upload, "--answers", book, "--policy", policy, "--data", trained / "data", "--out", tmp_path / "out"
    )
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    training = results["tests"][-1]
    assert (training["score"], training["max_score"]) == (4, 10), done.stdout + done.stderr
    assert results["leaderboard"][0]["name"] == "mIoU"
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count('src="data:image/png;base64,') == 3
