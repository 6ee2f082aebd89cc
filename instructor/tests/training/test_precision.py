"""Tests of `proj4_code.given.training.precision` and `failures`: decisions that depend on a GPU, made without one."""

from contextlib import nullcontext

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD

from proj4_code.given.data.batches import layout_for
from proj4_code.given.training.failures import batch_that_fits, is_out_of_memory
from proj4_code.given.training.precision import InPrecision, autocast_for, choose_precision, make_scaler

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("gpu", "capability", "expected"),
    [
        ("none", None, torch.float32),
        ("P100", (6, 0), torch.float16),
        ("V100", (7, 0), torch.float16),
        ("T4", (7, 5), torch.float16),
        ("A100", (8, 0), torch.bfloat16),
        ("L4", (8, 9), torch.bfloat16),
        ("H100", (9, 0), torch.bfloat16),
        ("B200", (10, 0), torch.bfloat16),
    ],
)
def test_bf16_is_chosen_from_compute_capability_8_and_fp16_below(
    gpu: str, capability: tuple[int, int] | None, expected: torch.dtype
) -> None:
    assert choose_precision("auto", capability) == expected


def test_a_t4_never_gets_bf16() -> None:
    with pytest.raises(ValueError, match=r"compute capability 7\.5\) only emulates it: choose fp16"):
        choose_precision("bf16", (7, 5))


def test_channels_lie_together_where_that_is_quicker() -> None:
    assert layout_for(CPU) == torch.contiguous_format
    assert layout_for(CPU, torch.bfloat16) == torch.channels_last
    assert layout_for(torch.device("cuda")) == torch.channels_last


@pytest.mark.parametrize(
    ("asked", "expected"), [("fp32", torch.float32), ("fp16", torch.float16), ("bf16", torch.bfloat16)]
)
def test_a_precision_that_is_asked_for_is_taken(asked: str, expected: torch.dtype) -> None:
    assert choose_precision(asked, (8, 0)) == choose_precision(asked, None) == expected


def test_only_fp16_needs_a_scaler_and_skipping_is_done_by_one() -> None:
    assert make_scaler(torch.float32, CPU, skip_nan=False) is None
    assert make_scaler(torch.bfloat16, CPU, skip_nan=False) is None
    assert make_scaler(torch.float16, CPU, skip_nan=False).get_scale() == 2**16
    assert make_scaler(torch.float32, CPU, skip_nan=True).get_scale() == 1


def test_the_scaler_leaves_out_a_step_that_is_not_finite_and_no_other() -> None:
    weight = nn.Parameter(torch.ones(1))
    optimizer, scaler = SGD([weight], 1.0), make_scaler(torch.float32, CPU, skip_nan=True)
    weights = []
    for factor in (0.25, float("nan"), float("inf"), 0.25):
        optimizer.zero_grad()
        scaler.scale((weight * factor).sum()).backward()
        scaler.step(optimizer)
        scaler.update()
        weights.append(weight.item())
    assert weights == [0.75, 0.75, 0.75, 0.5]


class Doubling(nn.Module):
    """A network that tells in what it computes."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        outputs = self.layer(images)
        self.dtype = outputs.dtype
        return {"out": outputs}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_evaluation_computes_in_the_precision_and_returns_float32(dtype: torch.dtype) -> None:
    network = Doubling()
    network.train()
    model = InPrecision(network, autocast_for(dtype, CPU))
    model.eval()
    assert not network.training
    assert model(torch.ones(1, 4))["out"].dtype == torch.float32
    assert network.dtype == dtype
    assert torch.ones(2, 2).matmul(torch.ones(2, 2)).dtype == torch.float32  # and nothing around it


def test_without_another_precision_nothing_is_entered() -> None:
    assert autocast_for(torch.float32, CPU) is nullcontext


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
            True,
        ),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_memory_that_ran_out_is_told_from_other_errors(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) == expected


@pytest.mark.parametrize(
    ("batch", "room", "expected"), [(32, 20, 16), (32, 4, 4), (5, 3, 2), (32, 1, None), (3, 2, None)]
)
def test_a_batch_is_halved_until_it_fits(batch: int, room: int, expected: int | None) -> None:
    tried = []

    def step(frames: int) -> None:
        tried.append(frames)
        if frames > room:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    assert batch_that_fits(step, batch) == expected
    assert tried == [batch // 2**n for n in range(1, 10) if batch // 2**n >= 2][: len(tried)]


def test_another_error_while_a_batch_is_looked_for_is_not_taken_for_memory() -> None:
    def step(_: int) -> None:
        raise RuntimeError("expected scalar type Long")

    with pytest.raises(RuntimeError, match="scalar type Long"):
        batch_that_fits(step, 8)
