"""PSPNet in a few lines."""

from torch import nn
from torch.nn.functional import interpolate

from proj4_code.part1_ppm import PPM


def classifier(in_channels, hidden_channels, num_classes, dropout):
    conv = nn.Conv2d(in_channels, hidden_channels, 3, 1, 1, bias=False)
    last = nn.Conv2d(hidden_channels, num_classes, 1)
    return nn.Sequential(conv, nn.BatchNorm2d(hidden_channels), nn.ReLU(), nn.Dropout2d(dropout), last)


class PSPNet(nn.Module):
    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True):
        super().__init__()
        self.backbone, c, a, n = backbone, backbone.out_channels, backbone.aux_channels, len(bins)
        head = classifier(c + n * (c // n) if n else c, c // 4, num_classes, dropout)
        self.cls = nn.Sequential(PPM(c, c // n, bins), head) if n else head
        self.aux = classifier(a, a // 4, num_classes, dropout) if aux else None

    def forward(self, x):
        if {s % 8 for s in x.shape[2:]} != {1}:
            raise ValueError(f"{tuple(x.shape[2:])}: not 8n+1")
        f, g = self.backbone(x)
        heads = {"out": (self.cls, f)} | ({"aux": (self.aux, g)} if self.training and self.aux else {})
        return {k: interpolate(h(v), x.shape[2:], mode="bilinear", align_corners=True) for k, (h, v) in heads.items()}
