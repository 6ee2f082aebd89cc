"""The likeliest mistakes, made in these files: the catalogue's name -> what stands there, and what stands instead."""

MISTAKES = {
    "1-no-input": ("torch.cat([x] + [enlarge", "torch.cat([enlarge"),
    "1-input-last": (
        "[x] + [enlarge(y, *x.shape[-2:]) for y in small]",
        "[enlarge(y, *x.shape[-2:]) for y in small] + [x]",
    ),
    "1-no-dim": ("for y in small], 1)", "for y in small])"),
    "1-corners": (
        "    rows = torch",
        '    return F.interpolate(x, (height, width), mode="bilinear", align_corners=False)\n    rows = torch',
    ),
    "1-nearest": ("    rows = torch", '    return F.interpolate(x, (height, width), mode="nearest")\n    rows = torch'),
    "1-cells-counted-to-the-end": ("np.linspace(0, cells - 1, pixels)", "np.linspace(0, cells, pixels)"),
    "1-plain-list": (
        "nn.ModuleList(nn.BatchNorm2d(branch_channels) for _ in bins)",
        "[nn.BatchNorm2d(branch_channels) for _ in bins]",
    ),
    "1-no-relu": ("return F.relu(norm(", "return (norm("),
    "1-no-batch-norm": ("nn.BatchNorm2d(branch_channels)", "nn.Identity()"),
    "1-relu-first": (
        "F.relu(norm(F.conv2d(F.adaptive_avg_pool2d(x, cells), kernel)))",
        "norm(F.relu(F.conv2d(F.adaptive_avg_pool2d(x, cells), kernel)))",
    ),
    "1-bins-as-window": ("F.adaptive_avg_pool2d(x, cells)", "F.avg_pool2d(x, cells)"),
    "1-max-pooling": ("F.adaptive_avg_pool2d", "F.adaptive_max_pool2d"),
    "1-shared-convolution": (
        "nn.ParameterList(torch.empty(shape) for _ in bins)",
        "nn.ParameterList([nn.Parameter(torch.empty(shape))] * len(bins))",
    ),
    "1-own-bins": ("self.bins = tuple(bins)", "self.bins = bins = (1, 2, 3, 6)"),
    "2-field-kernel": ("(kernel - 1) * dilation", "kernel * dilation"),
    "2-field-no-stride": ("* dilation * steps)", "* dilation)"),
    "2-field-no-dilation": ("(kernel - 1) * dilation * steps", "(kernel - 1) * steps"),
    "2-field-own-stride": ("np.cumprod(np.concatenate([[1], stride]))[:-1]", "np.cumprod(stride)"),
    "2-stride-left": ("        conv.stride = 1, 1\n", ""),
    "2-no-padding": ("            conv.padding = rate, rate\n", ""),
    "2-no-dilation": (
        "            conv.dilation = rate, rate\n            conv.padding = rate, rate\n",
        "            pass\n",
    ),
    "2-every-block-anew": (
        "    for conv in convolutions(stage):\n        strided = max(conv.stride) > 1\n",
        "    first = [next(c for c in convolutions(block) if max(c.kernel_size) > 1) for block in stage]\n"
        "    for conv in convolutions(stage):\n        strided = conv in first\n",
    ),
    "2-first-block": ("dilation_before if strided else dilation", "dilation"),
    "2-rates-swapped": ("dilation_before if strided else dilation", "dilation if strided else dilation_before"),
    "2-one-by-one": ("if max(conv.kernel_size) > 1:", "if True:"),
    "2-stage-4-like-3": ("dilate_stage(net.layer4, 2, 4)", "dilate_stage(net.layer4, 1, 2)"),
    "2-official-rates": (
        "net.layer3, 1, 2)\n        dilate_stage(net.layer4, 2, 4)",
        "net.layer3, 2, 2)\n        dilate_stage(net.layer4, 4, 4)",
    ),
    "2-not-strict": ("load_state_dict(weights)", "load_state_dict(weights, strict=False)"),
    "2-weights-ignored": ("            net.load_state_dict(weights)\n", "            pass\n"),
    "2-loaded-under-other-names": (
        "            net.load_state_dict(weights)\n",
        "            nn.ModuleList(net.children()).load_state_dict(weights)\n",
    ),
    "2-depth-falls-back": (
        "            raise ValueError",
        "            depth = 50\n        if False:\n            raise ValueError",
    ),
    "2-frozen": ("        self.steps =", "        net.requires_grad_(False)\n        self.steps ="),
    "2-fc-kept": (
        "        del net.fc, net.avgpool\n        self.steps = nn.ModuleList(net.children())",
        "        self.whole = net\n        self.steps = nn.ModuleList(list(net.children())[:-2])",
    ),
    "2-outputs-swapped": ("return last(aux_features), aux_features", "return aux_features, last(aux_features)"),
    "3-no-size-check": ("if np.any(size % 8 != 1):", "if False:"),
    "3-height-only": ("if np.any(size % 8 != 1):", "if size[0] % 8 != 1:"),
    "3-multiples-of-8": ("size % 8 != 1", "size % 8 != 0"),
    "3-aux-in-eval": ("if self.training and self.extra", "if self.extra"),
    "3-softmax-of-both": (
        "        return out\n",
        "        return {name: logits.softmax(1) for name, logits in out.items()}\n",
    ),
    "3-log-softmax-at-the-end": (
        "        return out\n",
        '        out["out"] = F.log_softmax(out["out"], 1)\n        return out\n',
    ),
    "3-corners": ("align_corners=True", "align_corners=False"),
    "3-times-8": ("size=size, mode", "scale_factor=8, mode"),
    "3-no-dropout": (
        'head["drop"](F.relu(head["norm"](head["look"](features))))',
        'F.relu(head["norm"](head["look"](features)))',
    ),
    "3-dropout-fixed": ("nn.Dropout2d(dropout)", "nn.Dropout2d(0.1)"),
    "3-no-relu": ('F.relu(head["norm"](head["look"](features)))', 'head["norm"](head["look"](features))'),
    "3-hidden-bias": ("padding=1, bias=False", "padding=1"),
    "3-own-bins": ("PPM(width, branch, bins)", "PPM(width, branch)"),
    "3-doubled": ("classifier(width + count * branch,", "classifier(2 * width if count else width,"),
    "3-hidden-512": ("width // 4, num_classes", "512, num_classes"),
    "3-aux-head-on-features": (
        "        self.extra = (\n            classifier(backbone.aux_channels,",
        "        backbone.register_forward_hook(lambda module, images, maps: (maps[0], maps[0]))\n"
        "        self.extra = (\n            classifier(width,",
    ),
    "3-backbone-frozen": ("self.backbone = backbone\n", "self.backbone = backbone.requires_grad_(False)\n"),
    "5-transposed": ("(truth[scored], guess[scored])", "(guess[scored], truth[scored])"),
    "5-minlength": ("np.bincount(pairs, minlength=num_classes * num_classes)", "np.bincount(pairs)"),
    "5-void-of-both": ("scored = truth != ignore_index", "scored = (truth != ignore_index) & (guess != ignore_index)"),
    "5-absent-is-zero": ("out=np.full_like(union, np.nan)", "out=np.zeros_like(union)"),
    "5-union-counts-twice": ("union = hits +", "union = 2 * hits +"),
    "5-mean-is-nan": ("np.nanmean", "np.mean"),
    "5-overflow": (
        "    pairs = np.ravel_multi_index((truth[scored], guess[scored]), (num_classes, num_classes))\n",
        "    truth, guess = target.cpu().numpy().ravel(), prediction.cpu().numpy().ravel()\n"
        "    pairs = truth[scored] * np.array(num_classes, truth.dtype) + guess[scored]\n",
    ),
    "5-mean-is-tensor": (
        "return float(np.nanmean(iou_per_class(matrix).numpy()))",
        "return iou_per_class(matrix).nanmean()",
    ),
    "5-class-accuracy": (
        "return float(np.trace(counts) / counts.sum())",
        "return float(np.nanmean(np.diagonal(counts) / counts.sum(axis=1)))",
    ),
    "5-dice": (
        "    union = hits + false_positives + false_negatives\n",
        "    union = hits + (false_positives + false_negatives) / 2\n",
    ),
    "6-aux-counts-1": ('"aux": aux_weight}', '"aux": 1.0}'),
    "6-no-aux": ("for name, logits in outputs.items():", 'for name, logits in [("out", outputs["out"])]:'),
    "6-nan-without-labels": ("max(int(counts.sum()), 1)", "counts.sum()"),
    "6-mean-over-void": ("max(int(counts.sum()), 1)", "counts.numel()"),
    "6-zero-on-nothing": (
        "    terms = []\n",
        "    terms = []\n    if not counts.any():\n        return torch.tensor(0.0, requires_grad=True)\n",
    ),
    "6-softmax-twice": ("F.cross_entropy(logits,", "F.cross_entropy(logits.softmax(1),"),
    "6-poly-linear": ("np.power(1 - step / total_steps, power)", "1 - step / total_steps"),
    "6-poly-power-inside": ("np.power(1 - step / total_steps, power)", "1 - np.power(step / total_steps, power)"),
    "6-rates-exchanged": (
        '"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}',
        '"params": backbone, "lr": lr * head_multiplier}, {"params": heads, "lr": lr}',
    ),
    "6-only-the-backbone": (', {"params": heads, "lr": lr * head_multiplier}]', "]"),
    "6-backbone-twice": ("heads = [parameters[i] for i in np.flatnonzero(~names)]", "heads = parameters"),
    "6-gradients-kept": ("    optimizer.zero_grad(set_to_none=True)\n", ""),
    "6-gradients-kept-with-a-scaler": (
        "    optimizer.zero_grad(set_to_none=True)\n    if scaler:\n",
        "    if scaler is None:\n        optimizer.zero_grad()\n    if scaler:\n",
    ),
    "6-no-step": ("        loss.backward()\n        optimizer.step()\n", "        loss.backward()\n"),
    "6-schedule-per-epoch": (
        "        scheduler.step()\n        losses.append(loss.detach())\n        sizes.append(len(images))\n",
        "        losses.append(loss.detach())\n        sizes.append(len(images))\n    scheduler.step()\n",
    ),
    "6-no-schedule": ("        scheduler.step()\n", ""),
    "6-not-in-training-mode": ("    model.train()\n", ""),
    "6-mean-per-batch": (", weights=sizes))", "))"),
    "6-aux-weight-not-passed-on": (", aux_weight=aux_weight)", ")"),
    "6-loss-outside-autocast": (
        "            loss = segmentation_loss(model(images), target",
        "            outputs = model(images)\n        loss = segmentation_loss(outputs, target",
    ),
    "6-no-scaler": ("    if scaler:\n", "    if False:\n"),
    "6-mode-not-restored": ("    model.train(mode)\n", ""),
    "6-not-in-eval-mode": ("    model.eval()\n", ""),
    "6-gradients-in-evaluation": ("@torch.no_grad()\n", ""),
    "6-argmax-over-the-width": ('torch.argmax(model(images)["out"], 1)', 'torch.argmax(model(images)["out"], -1)'),
    "6-matrix-overwritten": ("total = total + confusion_matrix", "total = confusion_matrix"),
    "6-images-not-moved": (
        "        yield images.to(device), target.to(device)\n",
        "        yield images, target.to(device)\n",
    ),
    "4-flip-missing": ("(scale, rotate, flip)", "(scale, rotate)"),
    "4-flip-vertical": ("TF.horizontal_flip", "TF.vertical_flip"),
    "4-flip-image-only": (
        "return both(image, mask, TF.horizontal_flip) if",
        "return (TF.horizontal_flip(image), mask) if",
    ),
    "4-scale-missing": ("(scale, rotate, flip)", "(rotate, flip)"),
    "4-scale-to-1.5": ("np.random.uniform(0.5, 2)", "np.random.uniform(0.5, 1.8)"),
    "4-rotation-missing": ("(scale, rotate, flip)", "(scale, flip)"),
    "4-rotation-by-30": ("np.random.uniform(-10, 10)", "np.random.uniform(-15, 15)"),
    "4-rotation-image-only": (
        ("return bilinear, TF.rotate(mask, angle, interpolation=InterpolationMode.NEAREST, fill=VOID)"),
        "return bilinear, mask",
    ),
    "4-rotation-without-fill": (
        (
            "interpolation=InterpolationMode.BILINEAR, fill=FILL)\n"
            "    return bilinear, TF.rotate(mask, angle, interpolation=InterpolationMode.NEAREST, "
            "fill=VOID)"
        ),
        ("interpolation=InterpolationMode.BILINEAR)\n    return bilinear, TF.rotate(mask, angle)"),
    ),
    "4-crop-in-the-corner": ("(int(np.random.randint(0, r + 1)) for r in room)", "(0 for r in room)"),
    "4-crop-centred": ("(int(np.random.randint(0, r + 1)) for r in room)", "(int(r) // 2 for r in room)"),
    "4-crop-sides-exchanged": (
        "normalise(*crop(image, mask, *crop_size))",
        "normalise(*crop(image, mask, *crop_size[::-1]))",
    ),
    "4-crop-label-0": (
        "image, mask = pad(image, mask, 0, 0, lack[1], lack[0])",
        ("image, mask = TF.pad(image, [0, 0, lack[1], lack[0]], fill=FILL), TF.pad(mask, [0, 0, lack[1], lack[0]])"),
    ),
    "4-crop-black": (
        "image, mask = pad(image, mask, 0, 0, lack[1], lack[0])",
        ("image, mask = TF.pad(image, [0, 0, lack[1], lack[0]]), TF.pad(mask, [0, 0, lack[1], lack[0]], fill=VOID)"),
    ),
    "4-crop-without-fill": (
        "image, mask = pad(image, mask, 0, 0, lack[1], lack[0])",
        "image, mask = both(image, mask, TF.pad, [0, 0, lack[1], lack[0]])",
    ),
    "4-filled-late": (
        (
            "        for step in (scale, rotate, flip):\n"
            "            image, mask = step(image, mask)\n"
            "        return normalise(*crop(image, mask, *crop_size))"
        ),
        (
            "        image, mask = normalise(image, mask)\n"
            "        for step in (scale, rotate, flip):\n"
            "            image, mask = step(image, mask)\n"
            "        return crop(image, mask, *crop_size)"
        ),
    ),
    "4-evaluation-flips": ("normalise(*pad_to_stride(image, mask))", "normalise(*pad_to_stride(*flip(image, mask)))"),
    "4-evaluation-cropped": ("normalise(*pad_to_stride(image, mask))", "normalise(*crop(image, mask, 17, 25))"),
}
