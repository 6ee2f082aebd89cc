"""Parts 1 to 3 of the reference against torchvision's own networks, closed forms and float64."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import resnet
from torchvision.models.segmentation.fcn import FCNHead

from proj4_code.part1_ppm import PPM
from proj4_code.part2_dilated_resnet import DilatedResNet, dilate_stage, receptive_field
from proj4_code.part3_pspnet import PSPNet, classifier


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def _randomise_statistics(network: nn.Module) -> None:
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm2d):
            nn.init.uniform_(norm.running_mean, -0.5, 0.5)
            nn.init.uniform_(norm.running_var, 0.5, 1.5)
            nn.init.uniform_(norm.weight, 0.5, 1.5)


@pytest.mark.parametrize("depth", [50, 101])
def test_dilated_resnet_equals_torchvisions_own_dilation(depth):
    """Torchvision can dilate Bottleneck networks itself, in the same way."""
    network = getattr(resnet, f"resnet{depth}")(weights=None)
    _randomise_statistics(network)
    state = network.state_dict()
    theirs = getattr(resnet, f"resnet{depth}")(weights=None, replace_stride_with_dilation=[False, True, True])
    theirs.load_state_dict(state)
    ours = DilatedResNet(depth, weights=state).eval()
    x = torch.randn(1, 3, 49, 65)
    with torch.no_grad():
        features, aux_features = ours(x)
        y = theirs.eval().layer2(theirs.layer1(theirs.maxpool(theirs.relu(theirs.bn1(theirs.conv1(x))))))
        assert torch.equal(aux_features, theirs.layer3(y))
        assert torch.equal(features, theirs.layer4(theirs.layer3(y)))


@pytest.mark.parametrize("depth", [18, 50])
def test_subsampled_by_four_it_is_the_strided_network(depth):
    network = getattr(resnet, f"resnet{depth}")(weights=None)
    _randomise_statistics(network)
    ours = DilatedResNet(depth, weights=network.state_dict()).double().eval()
    network = network.double().eval()
    x = torch.randn(2, 3, 97, 65, dtype=torch.float64)
    with torch.no_grad():
        stem = network.maxpool(network.relu(network.bn1(network.conv1(x))))
        strided = network.layer4(network.layer3(network.layer2(network.layer1(stem))))
        error = (ours(x)[0][..., ::4, ::4] - strided).abs().max()
    assert error < 1e-13 * strided.abs().max()


def test_all_gradients_agree_with_torchvisions_in_float64():
    network = resnet.resnet50(weights=None)
    theirs = resnet.resnet50(weights=None, replace_stride_with_dilation=[False, True, True])
    theirs.load_state_dict(network.state_dict())
    ours, theirs = DilatedResNet(50, weights=network.state_dict()).double(), theirs.double()
    x = torch.randn(2, 3, 33, 33, dtype=torch.float64)
    ours(x)[0].square().mean().backward()
    stem = theirs.maxpool(theirs.relu(theirs.bn1(theirs.conv1(x))))
    theirs.layer4(theirs.layer3(theirs.layer2(theirs.layer1(stem)))).square().mean().backward()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=False):  # theirs also has `fc`, the last
        torch.testing.assert_close(mine.grad, other.grad, rtol=1e-9, atol=1e-12)


def test_the_official_way_dilates_the_first_block_too():
    stage = resnet.resnet18(weights=None).layer3
    dilate_stage(stage, 2, 2)
    assert [
        conv.dilation for conv in stage.modules() if isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3)
    ] == [(2, 2)] * 4


@pytest.mark.parametrize(
    "layers", [[(3, 1, 1)] * 3, [(7, 2, 1), (3, 2, 1), (3, 1, 2)], [(1, 3, 1), (5, 1, 3), (3, 2, 1)]]
)
def test_receptive_field_is_where_gradients_reach(layers):
    """Measured: how wide is the gradient of one output of such a stack of convolutions?"""
    side = 101
    x = torch.zeros(1, 1, side, side, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers:
        conv = nn.Conv2d(1, 1, kernel, stride, padding=dilation * (kernel // 2), dilation=dilation)
        nn.init.ones_(conv.weight)
        y = conv(y)
    y[0, 0, y.shape[2] // 2, y.shape[3] // 2].backward()
    columns = x.grad[0, 0].abs().sum(dim=0).nonzero().ravel()
    assert receptive_field(layers) == columns.max() - columns.min() + 1


def test_ppm_of_one_bin_is_a_linear_layer_of_the_mean():
    module = PPM(5, 3, bins=(1,)).double().eval()
    conv = next(m for m in module.modules() if isinstance(m, nn.Conv2d))
    x = torch.randn(2, 5, 7, 9, dtype=torch.float64)
    expected = F.relu(x.mean(dim=(2, 3)) @ conv.weight[:, :, 0, 0].T / (1 + 1e-5) ** 0.5)
    torch.testing.assert_close(module(x)[:, 5:], expected[:, :, None, None].expand(2, 3, 7, 9))


def test_ppm_upsamples_by_the_formula():
    """align_corners=True: output i of n reads the input at i * (m - 1) / (n - 1)."""
    module = PPM(1, 1, bins=(3,)).double().eval()
    x = torch.randn(1, 1, 9, 12, dtype=torch.float64)
    conv = next(m for m in module.modules() if isinstance(m, nn.Conv2d))
    cells = F.relu(x.reshape(1, 1, 3, 3, 3, 4).mean(dim=(3, 5)) * conv.weight / (1 + 1e-5) ** 0.5)[0, 0]

    def weights(n: int) -> torch.Tensor:
        places = torch.arange(n, dtype=torch.float64) * 2 / (n - 1)
        return (1 - (places[:, None] - torch.arange(3)).abs()).clamp(min=0)

    torch.testing.assert_close(module(x)[0, 1], weights(9) @ cells @ weights(12).T)


def test_gradients_of_the_ppm_agree_with_finite_differences():
    module = PPM(2, 2, bins=(1, 2)).double().eval()
    x = torch.randn(1, 2, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(module, (x,))


def test_classifier_is_torchvisions_fcn_head():
    """FCNHead is the same five layers, but drops single values: the same in eval mode."""
    theirs = FCNHead(16, 5).eval()
    ours = classifier(16, 4, 5, dropout=0.1).eval()
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 16, 9, 7)
    assert torch.equal(ours(x), theirs(x))


def test_pspnet_without_pooling_is_torchvisions_fcn():
    """PSPNet with empty bins on ResNet-50 is torchvision's fcn_resnet50 but for the corners of the upsampling."""
    from torchvision.models.segmentation import fcn_resnet50

    theirs = fcn_resnet50(weights=None, weights_backbone=None, num_classes=4, aux_loss=True).eval()
    _randomise_statistics(theirs)
    state = theirs.backbone.state_dict() | {"fc.weight": torch.zeros(1000, 2048), "fc.bias": torch.zeros(1000)}
    ours = PSPNet(DilatedResNet(50, weights=state), 4, bins=()).eval()
    ours.classifier.load_state_dict(theirs.classifier.state_dict())
    ours.aux_classifier.load_state_dict(theirs.aux_classifier.state_dict())
    x = torch.randn(1, 3, 41, 57)
    with torch.no_grad():
        features = theirs.backbone(x)
        expected = F.interpolate(theirs.classifier(features["out"]), (41, 57), mode="bilinear", align_corners=True)
        torch.testing.assert_close(ours(x)["out"], expected)
        torch.testing.assert_close(ours.aux_classifier(ours.backbone(x)[1]), theirs.aux_classifier(features["aux"]))


@pytest.mark.parametrize("side", [200, 202, 208])
def test_sizes_that_are_not_8n_plus_1_are_refused(side):
    network = PSPNet(DilatedResNet(18), 11)
    with pytest.raises(ValueError, match=rf"8n\+1.*{side}×201"):
        network(torch.zeros(1, 3, side, 201))
