"""The likeliest mistakes, made in these files: the catalogue's name -> what stands there, and what stands instead."""

MISTAKES = {
    "1-no-input": ("maps = [x]", "maps = []"),
    "1-input-last": ("        return cat(maps, dim=1)", "        return cat([*maps[1:], x], dim=1)"),
    "1-no-dim": ("cat(maps, dim=1)", "cat(maps)"),
    "1-summed": ("        return cat(maps, dim=1)", "        return cat([x, sum(maps[1:])], dim=1)"),
    "1-corners": ("align_corners=True", "align_corners=False"),
    "1-nearest": ('mode="bilinear", align_corners=True', 'mode="nearest"'),
    "1-plain-list": ("self.pyramid = nn.ModuleList()", "self.pyramid = []"),
    "1-no-relu": ("self.activate(self.norm(self.mix(x)))", "self.norm(self.mix(x))"),
    "1-no-batch-norm": ("        self.norm = nn.BatchNorm2d(out_channels)\n", "        self.norm = nn.Identity()\n"),
    "1-relu-first": ("self.activate(self.norm(self.mix(x)))", "self.norm(self.activate(self.mix(x)))"),
    "1-norm-first": (
        "        self.norm = nn.BatchNorm2d(out_channels)\n"
        "        self.activate = nn.ReLU()\n"
        "\n"
        "    def forward(self, x):\n"
        "        return self.activate(self.norm(self.mix(x)))",
        "        self.norm = nn.BatchNorm2d(in_channels)\n"
        "        self.activate = nn.ReLU()\n"
        "\n"
        "    def forward(self, x):\n"
        "        return self.mix(self.activate(self.norm(x)))",
    ),
    "1-bias": ("out_channels, 1, bias=False)", "out_channels, 1)"),
    "1-bins-as-window": ("nn.AdaptiveAvgPool2d((cells, cells))", "nn.AvgPool2d(cells)"),
    "1-max-pooling": ("nn.AdaptiveAvgPool2d", "nn.AdaptiveMaxPool2d"),
    "1-shared-weights": (
        "            self.pyramid.append(Branch(in_channels, branch_channels, cells))\n",
        "            self.pyramid.append(Branch(in_channels, branch_channels, cells))\n"
        "            self.pyramid[-1].reduction = self.pyramid[0].reduction\n",
    ),
    "1-shared-convolution": (
        "            self.pyramid.append(Branch(in_channels, branch_channels, cells))\n",
        "            self.pyramid.append(Branch(in_channels, branch_channels, cells))\n"
        "            self.pyramid[-1].reduction.mix = self.pyramid[0].reduction.mix\n",
    ),
    "1-size-swapped": ("size=(height, width)", "size=(width, height)"),
    "1-momentum-0": ("nn.BatchNorm2d(out_channels)", "nn.BatchNorm2d(out_channels, momentum=0)"),
    "1-sorted-bins": ("for cells in bins:", "for cells in sorted(bins):"),
    "2-field-kernel": ("dilation * (kernel - 1)", "dilation * kernel"),
    "2-field-no-stride": ("        self.spacing *= stride\n", ""),
    "2-field-no-dilation": ("reach = dilation * (kernel - 1)", "reach = kernel - 1"),
    "2-field-strides-added": ("self.spacing *= stride", "self.spacing += stride - 1"),
    "2-field-from-0": ("        self.side = 1\n", "        self.side = 0\n"),
    "2-shortcut-stride": (
        "            if block.downsample is not None:\n                block.downsample[0].stride = (1, 1)\n",
        "",
    ),
    "2-stride-left": (
        "                block.downsample[0].stride = (1, 1)\n"
        "\n"
        "    def treat(self, conv):\n"
        "        rate = self.after\n"
        "        if conv.stride == (2, 2):\n"
        "            rate = self.before\n"
        "        conv.stride = (1, 1)\n",
        "                pass\n"
        "\n"
        "    def treat(self, conv):\n"
        "        rate = self.after\n"
        "        if conv.stride == (2, 2):\n"
        "            rate = self.before\n",
    ),
    "2-no-padding": ("            conv.padding = (rate, rate)\n", ""),
    "2-first-block": ("            rate = self.before\n", "            pass\n"),
    "2-never-dilated-further": ("        rate = self.after\n", "        rate = self.before\n"),
    "2-only-first-block": ("for block in stage:", "for block in stage[:1]:"),
    "2-stage-4-like-3": ("dilate_stage(self.stage4, 2, 4)", "dilate_stage(self.stage4, 1, 2)"),
    "2-stage-4-strided": ("        dilate_stage(self.stage4, 2, 4)\n", ""),
    "2-not-strict": ("strict=True", "strict=False"),
    "2-weights-ignored": ("            resnet.load_state_dict(weights, strict=True)\n", "            pass\n"),
    "2-loaded-under-other-names": (
        "        dilate_stage(self.stage3, 1, 2)\n",
        "        if weights is not None:\n"
        "            self.load_state_dict(weights)\n"
        "        dilate_stage(self.stage3, 1, 2)\n",
    ),
    "2-depth-falls-back": (
        '            raise ValueError(f"depth {depth} does not exist") from None\n',
        "            depth, make = 50, models.resnet50\n",
    ),
    "2-frozen": (
        "        self.stage1 = resnet.layer1\n",
        "        resnet.requires_grad_(False)\n        self.stage1 = resnet.layer1\n",
    ),
    "2-downloads": ("make(weights=None)", 'make(weights="DEFAULT")'),
    "2-channels-of-50": (
        "self.out_channels, self.aux_channels = self.CHANNELS[depth]",
        "self.out_channels, self.aux_channels = 2048, 1024",
    ),
    "2-outputs-swapped": ("return self.stage4(aux), aux", "return aux, self.stage4(aux)"),
    "2-stem-without-relu": ("        x = self.relu(x)\n", ""),
    "3-no-size-check": ("        size.check()\n", ""),
    "3-height-only": (
        'for name, side in (("height", self.height), ("width", self.width)):',
        'for name, side in (("height", self.height),):',
    ),
    "3-width-only": (
        'for name, side in (("height", self.height), ("width", self.width)):',
        'for name, side in (("width", self.width),):',
    ),
    "3-reason-missing": ('f"the {name} is {side}, which is not 8n + 1"', '"the size is wrong"'),
    "3-aux-in-eval": ("if self.training and self.aux_head", "if self.aux_head"),
    "3-softmax": (
        "size.restore(self.head(self.context(features)))",
        "size.restore(self.head(self.context(features)).softmax(dim=1))",
    ),
    "3-log-softmax-of-both": (
        "        return result\n",
        "        return {key: functional.log_softmax(value, dim=1) for key, value in result.items()}\n",
    ),
    "3-corners": ("align_corners=True", "align_corners=False"),
    "3-no-dropout": ("self.score(self.dropout(x))", "self.score(x)"),
    "3-dropout-of-values": ("nn.Dropout2d(", "nn.Dropout("),
    "3-no-relu": ("x = self.relu(self.norm(self.conv(x)))", "x = self.norm(self.conv(x))"),
    "3-hidden-bias": ("padding=1, bias=False", "padding=1"),
    "3-empty-bins": ("if len(bins) > 0:", "if bins is not None:"),
    "3-own-bins": ("PPM(channels, share, bins)", "PPM(channels, share)"),
    "3-always-a-quarter": ("share = channels // len(bins)", "share = channels // 4"),
    "3-not-counted": ("            self.out_channels = channels + share * len(bins)\n", ""),
    "3-features-alone": ("        return self.ppm(x)\n", "        return x\n"),
    "3-aux-on-stage-4": ("size.restore(self.aux_head(aux_features))", "size.restore(self.aux_head(features))"),
    "3-maps-swapped": ("features, aux_features = self.backbone(x)", "aux_features, features = self.backbone(x)"),
    "3-tensor": (
        "        return result\n",
        '        return tuple(result.values()) if len(result) > 1 else result["out"]\n',
    ),
    "3-backbone-frozen": (
        "        self.backbone = backbone\n",
        "        self.backbone = backbone\n"
        "        for parameter in backbone.parameters():\n"
        "            parameter.requires_grad = False\n",
    ),
    "5-transposed": ("table.add(target[keep], prediction[keep])", "table.add(prediction[keep], target[keep])"),
    "5-void-by-range": ("keep = target != ignore_index", "keep = (target >= 0) & (target < num_classes)"),
    "5-overflow": (
        "target.to(torch.int64) * self.size + prediction.to(torch.int64)",
        "(target * self.size + prediction).to(torch.int64)",
    ),
    "5-overflow-of-the-target": ("target.to(torch.int64) * self.size", "(target * self.size).to(torch.int64)"),
    "5-prediction-overwritten": (
        "    table = Table(num_classes)\n",
        "    table = Table(num_classes)\n    prediction[target == ignore_index] = 0\n",
    ),
    "5-absent-is-one": ('float("nan"), dtype', "1.0, dtype"),
    "5-absent-is-zero": ('float("nan"), dtype', "0.0, dtype"),
    "5-union-counts-twice": (
        "self.in_target + self.in_prediction - self.intersection",
        "self.in_target + self.in_prediction",
    ),
    "5-recall": ("return self.in_target + self.in_prediction - self.intersection", "return self.in_target"),
    "5-float32": (
        "dtype=torch.float64)\n"
        "        here = self.present()\n"
        "        result[here] = self.intersection[here].double() / self.union()[here].double()",
        "dtype=torch.float32)\n"
        "        here = self.present()\n"
        "        result[here] = self.intersection[here] / self.union()[here]",
    ),
    "5-mean-is-nan": ("scores.iou()[scores.present()].mean()", "scores.iou().mean()"),
    "5-mean-over-k": ("scores.iou()[scores.present()].mean().item()", "(scores.iou().nansum() / len(matrix)).item()"),
    "5-zeros-left-out": ("scores.iou()[scores.present()]", "scores.iou()[scores.iou() > 0]"),
    "5-percent": ("[scores.present()].mean().item()", "[scores.present()].mean().item() * 100"),
    "6-aux-counts-1": ("loss + aux_weight * pixel_loss", "loss + pixel_loss"),
    "6-no-aux": ('        loss = loss + aux_weight * pixel_loss(outputs["aux"], target)\n', "        pass\n"),
    "6-aux-of-out": (
        'aux_weight * pixel_loss(outputs["aux"], target)',
        'aux_weight * pixel_loss(outputs["out"], target)',
    ),
    "6-nan-without-labels": ("        if labelled == 0:\n            return (logits * 0).sum()\n", ""),
    "6-zero-on-nothing": ("return (logits * 0).sum()", "return torch.tensor(0.0, requires_grad=True)"),
    "6-zero-without-graph": ("return (logits * 0).sum()", "return torch.tensor(0.0)"),
    "6-void-not-ignored": (
        'nn.CrossEntropyLoss(ignore_index=ignore_index, reduction="sum")',
        'nn.CrossEntropyLoss(reduction="sum")',
    ),
    "6-sum-over-pixels": ("self.total(logits, target) / labelled", "self.total(logits, target)"),
    "6-softmax-twice": ("self.total(logits, target)", "self.total(logits.softmax(dim=1), target)"),
    "6-poly-linear": ("remaining**power", "remaining"),
    "6-poly-always-0.9": ("remaining**power", "remaining**0.9"),
    "6-one-rate": ('"lr": head_multiplier * lr}', '"lr": lr}'),
    "6-always-ten-times": ('"lr": head_multiplier * lr}', '"lr": 10 * lr}'),
    "6-only-the-backbone": ('        {"params": groups.others, "lr": head_multiplier * lr},\n', ""),
    "6-backbone-twice": (
        "            if parameter not in known:\n                self.others.append(parameter)\n",
        "            self.others.append(parameter)\n",
    ),
    "6-gradients-kept": ("        self.optimizer.zero_grad()\n", ""),
    "6-gradients-cleared-once": (
        "scaler\n\n    def take(self, loss):\n        self.optimizer.zero_grad()\n",
        "scaler\n        optimizer.zero_grad()\n\n    def take(self, loss):\n",
    ),
    "6-gradients-kept-with-a-scaler": (
        "        self.optimizer.zero_grad()\n        if self.scaler is None:\n",
        "        if self.scaler is None:\n            self.optimizer.zero_grad()\n",
    ),
    "6-gradients-cleared-late": (
        "        self.optimizer.zero_grad()\n"
        "        if self.scaler is None:\n"
        "            loss.backward()\n"
        "            self.optimizer.step()\n"
        "            return\n"
        "        self.scaler.scale(loss).backward()\n",
        "        if self.scaler is None:\n"
        "            loss.backward()\n"
        "            self.optimizer.zero_grad()\n"
        "            self.optimizer.step()\n"
        "            return\n"
        "        self.scaler.scale(loss).backward()\n"
        "        self.optimizer.zero_grad()\n",
    ),
    "6-no-step": ("            self.optimizer.step()\n", ""),
    "6-schedule-per-epoch": (
        "        scheduler.step()\n        mean.add(loss.item(), images.size(0))\n",
        "        mean.add(loss.item(), images.size(0))\n    scheduler.step()\n",
    ),
    "6-schedule-first": (
        "        step.take(loss)\n        scheduler.step()\n",
        "        scheduler.step()\n        step.take(loss)\n",
    ),
    "6-mean-per-batch": ("mean.add(loss.item(), images.size(0))", "mean.add(loss.item(), 1)"),
    "6-sum-of-losses": ("return self.total / self.weight", "return self.total"),
    "6-no-scaler": ("        if self.scaler is None:\n", "        if True:\n"),
    "6-scaler-not-updated": ("        self.scaler.update()\n", ""),
    "6-loss-not-scaled": ("        self.scaler.scale(loss).backward()\n", "        loss.backward()\n"),
    "6-no-autocast": ("with autocast():", "with nullcontext():"),
    "6-mode-not-restored": ("        self.model.train(self.was_training)\n", "        pass\n"),
    "6-always-back-to-training": ("self.model.train(self.was_training)", "self.model.train()"),
    "6-not-in-eval-mode": ("        self.model.eval()\n", ""),
    "6-gradients-in-evaluation": ("EvalMode(model), torch.no_grad():", "EvalMode(model):"),
    "6-argmax-over-the-width": ("logits.argmax(1)", "logits.argmax(-1)"),
    "6-argmax-over-the-batch": ("logits.argmax(1)", "logits.argmax(0)"),
    "6-matrix-arguments-exchanged": ("confusion_matrix(prediction, target,", "confusion_matrix(target, prediction,"),
    "6-matrix-of-floats": (
        "torch.zeros((num_classes, num_classes), dtype=torch.int64)",
        "torch.zeros((num_classes, num_classes))",
    ),
    "4-flip-missing": ("                v2.RandomHorizontalFlip(p=0.5),\n", ""),
    "4-flip-vertical": ("v2.RandomHorizontalFlip(p=0.5)", "v2.RandomVerticalFlip(p=0.5)"),
    "4-flip-always": ("v2.RandomHorizontalFlip(p=0.5)", "v2.RandomHorizontalFlip(p=1)"),
    "4-scale-missing": ("                RandomScale(0.5, 2.0),\n", ""),
    "4-scale-from-0.75": ("RandomScale(0.5, 2.0)", "RandomScale(0.8, 2.0)"),
    "4-scale-only-up": ("RandomScale(0.5, 2.0)", "RandomScale(1.0, 2.0)"),
    "4-rotation-missing": (
        "                v2.RandomRotation(degrees=10, interpolation=bilinear, fill=OUTSIDE),\n",
        "",
    ),
    "4-rotation-by-5": ("degrees=10,", "degrees=8,"),
    "4-rotation-one-way": ("degrees=10,", "degrees=(-10, 0),"),
    "4-rotation-without-fill": ("interpolation=bilinear, fill=OUTSIDE)", "interpolation=bilinear)"),
    "4-crop-centred-unfilled": (
        "v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)",
        "v2.CenterCrop(crop_size)",
    ),
    "4-crop-resized": ("v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)", "v2.Resize(crop_size)"),
    "4-crop-sides-exchanged": ("v2.RandomCrop(crop_size, pad", "v2.RandomCrop(crop_size[::-1], pad"),
    "4-crop-without-fill": (
        "v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)",
        "v2.RandomCrop(crop_size, pad_if_needed=True)",
    ),
    "4-crop-not-padded": ("v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE)", "v2.RandomCrop(crop_size)"),
    "4-filled-late": (
        "                RandomScale(0.5, 2.0),\n"
        "                v2.RandomRotation(degrees=10, interpolation=bilinear, fill=OUTSIDE),\n"
        "                v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE),\n"
        "                Normalise(),\n",
        "                Normalise(),\n"
        "                RandomScale(0.5, 2.0),\n"
        "                v2.RandomRotation(degrees=10, interpolation=bilinear, fill=OUTSIDE),\n"
        "                v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE),\n",
    ),
    "4-pad-to-8n": ("-(height - 1) % 8, -(width - 1) % 8", "-height % 8, -width % 8"),
    "4-evaluation-one-size": (
        "v2.Compose([PadToStride(), Normalise()])",
        "v2.Compose([v2.Resize((65, 81)), Normalise()])",
    ),
}
