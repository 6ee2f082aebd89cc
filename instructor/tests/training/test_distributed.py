"""Several processes train as one would: two of them, on the CPU, started by torchrun."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import nn

from instructor.tests.training.samples import TINY, metrics, start_training, stopped, wait_until
from proj4_code.given import train
from proj4_code.given.networks.checkpoints import load_checkpoint
from proj4_code.given.training import distributed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

PROGRAM = """
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
nn.functional.dropout2d = lambda features, *_, **__: features  # each process would draw its own
torch.nn.modules.module.register_module_forward_pre_hook(
    lambda module, inputs: (inputs[0].double(), *inputs[1:]) if isinstance(module, nn.Conv2d) else None
)

from proj4_code.given import train

train.main(sys.argv[1:])
"""


def start(processes: int, tmp_path: Path, *arguments: object, restarts: int = 0) -> subprocess.Popen:
    """Start the training in float64 without dropout, in one process or in several."""
    script = tmp_path / "train_in_float64.py"
    script.write_text(PROGRAM)
    launcher = [sys.executable]
    if processes > 1:
        launcher += ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", processes]
        launcher += ["--max-restarts", restarts]
    return start_training(command=[*launcher, script, *arguments])


def process_of(rank: int, torchrun: subprocess.Popen) -> int:
    """Find the process of a rank among torchrun's children."""
    children = Path(f"/proc/{torchrun.pid}/task/{torchrun.pid}/children").read_text().split()
    return next(int(c) for c in children if f"\0RANK={rank}\0" in Path(f"/proc/{c}/environ").read_text())


def test_two_processes_end_in_the_weights_of_one_although_one_of_them_was_killed(data: Path, tmp_path: Path) -> None:
    """Both are started again, they go on from the last epoch, and only the first of them writes and prints."""
    settings = ("--data", data, *TINY, "--batch", 4, "--epochs", 3)
    two = start(2, tmp_path, *settings, "--out", tmp_path / "two", restarts=1)
    wait_until((tmp_path / "two" / "metrics.jsonl").exists, two)
    os.kill(process_of(1, two), signal.SIGKILL)
    one = start(1, tmp_path, *settings, "--out", tmp_path / "one")
    printed = [program.communicate()[0] for program in (one, two)]
    assert one.returncode == two.returncode == 0, printed
    assert printed[1].count("epoch   3/3") == 1
    assert printed[1].count("best.safetensors: epoch") == 1

    rows = [metrics(tmp_path / name) for name in ("one", "two")]
    assert [row["epoch"] for row in rows[1]] == [1, 2, 3]
    for ours, theirs in zip(*rows, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=0.01)  # the mean of two means over labelled pixels
    first, second = (load_checkpoint(tmp_path / name / "last.safetensors").model for name in ("one", "two"))
    assert first.keys() == second.keys()
    error = max((first[name].double() - second[name].double()).abs().max().item() for name in first)
    assert error < 1e-12


def test_a_killed_process_ends_the_others_with_a_message(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "r"
    settings = ("--data", data, *TINY, "--batch", 4, "--epochs", 100, "--out", folder)
    program = start(2, tmp_path, *settings)
    wait_until((folder / "metrics.jsonl").exists, program)
    os.kill(process_of(1, program), signal.SIGKILL)
    printed = program.communicate(timeout=120)[0]
    assert program.returncode == 1
    lost = "another process of this training was lost|stopped by SIGTERM"
    again = "go on with: torchrun --nproc-per-node 2 -m proj4_code.given.train --resume"
    assert re.search(rf"({lost})[:;] {re.escape(str(folder))} keeps [1-9]\d* of 100 epochs, {again}", printed), printed


def test_a_batch_that_cannot_be_shared_out_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("proj4_code.given.training.run.processes", lambda: 2)
    message = stopped(train.main, capsys, "--data", data, *TINY, "--batch", 3, "--out", tmp_path / "r")
    assert "--batch 3 cannot be shared out evenly among 2 processes: choose another" in message


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of one process, in which sums are those of its own values."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    monkeypatch.setattr(distributed, "processes", lambda: 2)
    yield
    dist.destroy_process_group()


def test_batch_norm_over_all_processes_is_that_of_pytorch(alone: None) -> None:
    """Values, gradients and running statistics, in float64."""
    torch.manual_seed(0)
    expected = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3)).double()
    network = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3)).double()
    nn.init.uniform_(expected[1].weight)
    network.load_state_dict(expected.state_dict())
    network = distributed.synchronise_batch_norm(network, torch.device("cpu"))
    assert network.state_dict().keys() == expected.state_dict().keys()
    for _ in range(2):
        inputs, weight = torch.randn(4, 2, 5, 3).double(), torch.randn(4, 3, 5, 3).double()
        for model in (network, expected):
            (model(inputs) * weight).sum().backward()
    for ours, theirs in zip(network.parameters(), expected.parameters(), strict=True):
        assert torch.allclose(ours.grad, theirs.grad, rtol=1e-9, atol=1e-9)
    for name, value in expected.state_dict().items():
        assert torch.allclose(network.state_dict()[name], value, rtol=1e-12)
    assert torch.allclose(network.eval()(inputs), expected.eval()(inputs), rtol=1e-12)


def test_an_error_of_the_first_process_is_the_error_of_all(alone: None) -> None:
    def fail() -> None:
        raise FileNotFoundError("data is missing")

    with pytest.raises(FileNotFoundError, match="data is missing"):
        distributed.from_first(fail)
    assert distributed.from_first(lambda: {"epochs": 3}) == {"epochs": 3}
