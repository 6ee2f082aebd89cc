"""GPUs that PyTorch cannot use, and worker processes that begin from scratch."""

import multiprocessing
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.transforms import v2

from instructor.tests.training.samples import TINY, stopped, write_tiny_data
from proj4_code.given import predict, train
from proj4_code.given.data.batches import make_loader
from proj4_code.given.data.frames import FramesInMemory, make_dataset
from proj4_code.given.networks.inference import choose_device, has_kernels
from proj4_code.part4_camvid import train_transforms

BUILT_FOR = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120", "compute_120"]


@pytest.mark.parametrize(
    ("capability", "architectures", "runs"),
    [
        ((7, 5), BUILT_FOR, True),
        ((8, 9), BUILT_FOR, True),  # an RTX 4090 runs code for 8.6
        ((9, 0), BUILT_FOR, True),
        ((12, 1), BUILT_FOR, True),
        ((13, 0), BUILT_FOR, True),  # the driver translates compute_120
        ((13, 0), BUILT_FOR[:-1], False),
        ((6, 1), BUILT_FOR, False),  # a GTX 1080
        ((7, 0), BUILT_FOR, False),  # a V100
        ((3, 7), ["sm_37"], True),
        ((9, 0), ["sm_90a"], True),
        ((6, 1), [], False),
    ],
)
def test_which_gpus_a_build_runs_on(capability: tuple[int, int], architectures: list[str], runs: bool) -> None:
    assert has_kernels(capability, architectures) == runs


@pytest.fixture
def old_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU that this PyTorch has no kernels for; whatever is put on it fails."""

    def fail(*_: object, **__: object) -> nn.Module:
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device\nCUDA kernel errors …")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device=None: (6, 1))
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: BUILT_FOR)
    monkeypatch.setattr(nn.Module, "to", fail)


def test_auto_takes_the_cpu_instead_of_an_old_gpu_and_says_so(
    old_gpu: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose_device("auto") == torch.device("cpu")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "using the CPU" in said and "6.1" in said and "sm_75" in said and "Colab" in said
    with pytest.raises(ValueError, match=r"--device cuda: this PyTorch, .* has no kernels for this GPU"):
        choose_device("cuda")


def test_an_error_of_a_missing_kernel_is_one_sentence(
    old_gpu: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_tiny_data(tmp_path / "data")
    said = stopped(train.main, capsys, *TINY, "--epochs", 1, "--data", data, "--out", tmp_path / "run")
    assert said == "error: this PyTorch has no kernels for this GPU: use --device cpu, or train on Colab"


@pytest.mark.parametrize("program", [train.main, predict.main], ids=["train", "predict"])
def test_mps_is_refused_with_the_reason(program, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        program(["--device", "mps"])
    assert stop.value.code == 2
    assert "use cpu here, and train on Colab" in capsys.readouterr().err


@pytest.fixture
def spawning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes as on Windows."""
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])


class Shift:
    """Transforms that hold a function without a name."""

    def __init__(self) -> None:
        self.both = lambda image, mask: (image, mask)

    def __call__(self, image, mask):
        return self.both(image, mask)


@pytest.mark.parametrize(
    ("transforms", "named"),
    [
        (lambda image, mask: (image, mask), "<lambda>"),
        (v2.Compose([v2.Lambda(lambda image: image)]), "<lambda>"),
        (Shift(), "<lambda>"),
    ],
    ids=["function", "composed", "object"],
)
def test_transforms_that_no_worker_can_be_given_are_named(
    spawning: None, tmp_path: Path, transforms, named: str
) -> None:
    data = write_tiny_data(tmp_path / "data")
    frames = make_dataset(data, "val", 64, transforms)
    with pytest.raises(ValueError, match="--workers 2: part 4's data set or transforms") as raised:
        make_loader(frames, 1, 2, torch.device("cpu"))
    assert named in str(raised.value) and "--workers 0" in str(raised.value)
    make_loader(frames, 1, 0, torch.device("cpu"))


def test_the_references_transforms_can_be_given_to_workers(spawning: None, tmp_path: Path) -> None:
    data = write_tiny_data(tmp_path / "data")
    frames = FramesInMemory(make_dataset(data, "train", 64), train_transforms((33, 33)))
    make_loader(frames, 1, 2, torch.device("cpu"))
