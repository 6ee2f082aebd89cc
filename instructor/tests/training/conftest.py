"""A tiny data set, and a run that nothing stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from instructor.tests.training.samples import TINY, run_training, write_tiny_data


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny tensors are faster with one thread, above all on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_data(tmp_path_factory.mktemp("data") / "tiny data")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """A run of two epochs that nothing stopped."""
    folder = tmp_path_factory.mktemp("runs") / "finished run"
    run_training("--data", data, *TINY, "--epochs", 2, "--out", folder)
    return folder
