"""Tests of `proj4_code.given.networks.views`: windows, scales and mirrors give what one look gives, where they must."""

import pytest
import torch
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix
from torch import Tensor, nn

from proj4_code.given.networks.build import build_network
from proj4_code.given.networks.scores import frame_matrices, worst_frames
from proj4_code.given.networks.views import SCALES, MultiScale, SlidingWindow, Views, corners


class Pixelwise(nn.Module):
    """Classifies each pixel by its own colour: what lies around a pixel does not matter."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": self.conv(x)}


def random_images(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def pspnet() -> nn.Module:
    torch.manual_seed(0)
    return build_network("pspnet", 18, (1, 2), False, 5).eval()


@pytest.mark.parametrize(("length", "window", "expected"), [(9, 9, [0]), (16, 9, [0, 6, 7]), (21, 9, [0, 6, 12])])
def test_windows_move_by_two_thirds_and_the_last_ends_at_the_edge(length: int, window: int, expected: list) -> None:
    assert corners(length, window) == expected


@torch.no_grad()
def test_one_window_that_is_the_frame_sees_what_the_network_sees(pspnet: nn.Module) -> None:
    images = random_images(2, 3, 41, 41)
    expected = pspnet(images)["out"].softmax(1)
    torch.testing.assert_close(SlidingWindow(pspnet, 41)(images)["out"].exp(), expected)


@torch.no_grad()
@pytest.mark.parametrize("size", [(40, 61), (9, 61), (7, 8)], ids=str)
def test_windows_do_not_change_a_network_that_sees_single_pixels(size: tuple[int, int]) -> None:
    network, images = Pixelwise(), random_images(2, 3, *size)
    expected = network(images)["out"].softmax(1)
    torch.testing.assert_close(SlidingWindow(network, 17)(images)["out"].exp(), expected)


@torch.no_grad()
def test_overlapping_windows_are_averaged_by_their_probabilities(pspnet: nn.Module) -> None:
    """In float64, of one row of three windows, written out."""
    network, images = pspnet.double(), random_images(1, 3, 17, 41).double()
    total, count = torch.zeros(1, 5, 17, 41).double(), torch.zeros(41).double()
    for x in (0, 12, 24):
        total[..., x : x + 17] += network(images[..., x : x + 17])["out"].softmax(1)
        count[x : x + 17] += 1
    torch.testing.assert_close(SlidingWindow(network, 17)(images)["out"].exp(), total / count)
    network.float()


@torch.no_grad()
def test_with_a_mirror_a_mirrored_frame_is_segmented_in_the_mirror(pspnet: nn.Module) -> None:
    images = random_images(1, 3, 33, 41)
    for network in (MultiScale(pspnet, (0.5, 1.0)), MultiScale(SlidingWindow(pspnet, 17), (1.0,))):
        torch.testing.assert_close(network(images.flip(-1))["out"], network(images)["out"].flip(-1), atol=1e-4, rtol=0)
    without = MultiScale(pspnet, (1.0,), mirror=False)
    assert not torch.allclose(without(images.flip(-1))["out"], without(images)["out"].flip(-1), atol=1e-4)


@torch.no_grad()
def test_one_scale_without_a_mirror_is_the_network_and_one_with_it_the_mean(pspnet: nn.Module) -> None:
    images = random_images(2, 3, 33, 41)
    plain, mirrored = (pspnet(x)["out"].softmax(1) for x in (images, images.flip(-1)))
    torch.testing.assert_close(MultiScale(pspnet, (1.0,), mirror=False)(images)["out"].exp(), plain)
    torch.testing.assert_close(MultiScale(pspnet, (1.0,))(images)["out"].exp(), (plain + mirrored.flip(-1)) / 2)


@torch.no_grad()
def test_a_frame_of_one_colour_looks_the_same_at_every_scale() -> None:
    network, images = Pixelwise(), torch.ones(1, 3, 41, 57)
    expected = network(images)["out"].softmax(1)
    torch.testing.assert_close(MultiScale(network, SCALES)(images)["out"].exp(), expected)


@torch.no_grad()
def test_what_every_scale_shows_keeps_its_place() -> None:
    """Four quarters of one class each: away from their edges, no scale and no window moves a pixel."""

    class Colours(nn.Module):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"out": 20 * x}

    classes = torch.tensor([[0, 1], [2, 0]]).repeat_interleave(41, 0).repeat_interleave(41, 1)[:81, :81]
    images = torch.nn.functional.one_hot(classes, 3).permute(2, 0, 1)[None].float()
    found = MultiScale(SlidingWindow(Colours(), 33), SCALES)(images)["out"].argmax(1)[0]
    middle = slice(38, 44)
    wrong = found != classes
    wrong[middle] = wrong[:, middle] = False
    assert not wrong.any()


def test_logits_stay_finite_where_a_class_is_ruled_out() -> None:
    class Certain(nn.Module):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"out": torch.cat([x[:, :1] + 1000, x[:, :1] - 1000], 1)}

    for network in (SlidingWindow(Certain(), 9), MultiScale(Certain())):
        assert network(torch.zeros(1, 3, 17, 17))["out"].isfinite().all()


@torch.no_grad()
def test_torchvisions_networks_are_seen_through_the_same_views() -> None:
    network = build_network("fcn_resnet50", 50, (), False, 11).eval()
    views = Views(window=24, scales=(1.0,), mirror=True)  # no 8n+1
    views.check("fcn_resnet50")
    assert views.through(network)(random_images(1, 3, 25, 33))["out"].shape == (1, 11, 25, 33)


@pytest.mark.parametrize(
    ("views", "message"),
    [
        (Views(window=24), r"--window 24 is not 8n\+1, which PSPNet needs: choose 17 or 25"),
        (Views(window=3), "--window 3: expected 9 pixels or more"),
        (Views(scales=(1.0, -1.0)), "--scales 1.0 -1.0: expected numbers above 0"),
    ],
)
def test_views_without_meaning_are_refused(views: Views, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        views.check("pspnet")


def test_the_frames_matrices_are_those_of_scikit_learn() -> None:
    class FirstChannels(nn.Module):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            return {"out": x}

    logits = random_images(3, 11, 9, 9)
    targets = torch.randint(0, 11, (3, 9, 9), generator=torch.Generator().manual_seed(1))
    targets[0, :4] = targets[2] = 255
    batches = [(logits[:2], targets[:2]), (logits[2:], targets[2:])]
    matrices = frame_matrices(FirstChannels(), batches, torch.device("cpu"))
    for matrix, scores, target in zip(matrices[:2], logits, targets, strict=False):
        scored = target != 255
        expected = sklearn_confusion_matrix(target[scored], scores.argmax(0)[scored], labels=range(11))
        assert matrix.tolist() == expected.tolist()
    assert matrices[2].sum() == 0, "a frame that is all void has nothing to score"


def test_the_worst_frames_come_first_and_those_without_a_scored_pixel_not_at_all() -> None:
    right, half = torch.diag(torch.arange(11)), torch.ones(11, 11, dtype=torch.int64) + torch.diag(torch.full((11,), 9))
    matrices = torch.stack([right, torch.zeros_like(right), torch.ones_like(right), half])
    frames = worst_frames(matrices, ["right", "void", "wrong", "half"], count=2)
    assert [(frame.index, frame.name) for frame in frames] == [(2, "wrong"), (3, "half")]
    assert [frame.scores["miou"] for frame in frames] == pytest.approx([1 / 21, 10 / 30])


def test_the_worst_frames_are_of_different_moments() -> None:
    """Of forty frames of a video, the worst ten lie next to each other."""
    share = torch.tensor([10.0 if 20 <= number < 30 else 90.0 - number for number in range(40)]).long()
    matrices = torch.zeros(40, 11, 11, dtype=torch.int64)
    matrices[:, 0, 0], matrices[:, 0, 1] = share, 100 - share
    frames = worst_frames(matrices, [str(number) for number in range(40)], count=5)
    assert [frame.index for frame in frames] == [20, 24, 28, 39, 35]
