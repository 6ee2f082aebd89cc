"""Known mistakes of part 6, training: the loss, the learning rates, the loops of training and evaluation."""

from textwrap import indent

from instructor.catalogue.edits import Edit

_LABELLED = "(target != ignore_index).sum().clamp(min=1)"
_CROSS_ENTROPY = 'F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum") / labelled'
_PLUS_AUX = 'loss + aux_weight * mean_cross_entropy(outputs["aux"])'

_WEIGHTS_EXCHANGED = "the main loss is weighted, and the auxiliary loss is not"
_IN_FULL = "Which of the two classifiers is used in the end? Its loss counts in full (paper, section 4)."
_WEIGHTS_OF_A_MEAN = "the main loss counts 1 - aux_weight"
_SUM_OR_MEAN = (
    "Is the total a sum of the two losses, or an average? How much does the main one count (paper, section 4)?"
)
_ADD_UP = f"""    loss = mean_cross_entropy(outputs["out"])
    if "aux" in outputs:
        loss = {_PLUS_AUX}
"""

_LOSS = (
    Edit(
        "6-no-aux",
        "the auxiliary loss is left out",
        "Which second loss is added in training, and with which weight (paper, section 4)?",
        'if "aux" in outputs:',
        "if False:",
    ),
    Edit(
        "6-aux-counts-1",
        "the auxiliary loss counts as much as the main loss",
        "The auxiliary loss only helps. How much should it count (paper, section 4)?",
        _PLUS_AUX,
        'loss + mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-aux-always-0.4",
        "the auxiliary loss always counts 0.4, whatever weight is given",
        "0.4 is only the default. Which weight did the caller give?",
        _PLUS_AUX,
        'loss + 0.4 * mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-aux-of-out",
        "the auxiliary loss is computed from the main output",
        "Two classifiers, two losses. From which logits is the second computed (handout, part 6)?",
        _PLUS_AUX,
        'loss + aux_weight * mean_cross_entropy(outputs["out"])',
    ),
    Edit(
        "6-aux-detached",
        "no gradient flows from the auxiliary loss",
        "The auxiliary loss is there for its gradients (paper, section 4). Does yours have any?",
        _PLUS_AUX,
        'loss + aux_weight * mean_cross_entropy(outputs["aux"].detach())',
    ),
    Edit(
        "6-weights-exchanged",
        _WEIGHTS_EXCHANGED,
        _IN_FULL,
        _PLUS_AUX,
        'aux_weight * loss + mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-weights-add-up-to-1",
        _WEIGHTS_OF_A_MEAN,
        _SUM_OR_MEAN,
        _PLUS_AUX,
        '(1 - aux_weight) * loss + aux_weight * mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-weights-exchanged-without-aux-too",
        _WEIGHTS_EXCHANGED,
        _IN_FULL,
        _ADD_UP,
        """    loss = aux_weight * mean_cross_entropy(outputs["out"])
    if "aux" in outputs:
        loss = loss + mean_cross_entropy(outputs["aux"])
""",
    ),
    Edit(
        "6-divided-by-the-weights",
        "the loss is divided by 1 + aux_weight",
        "Two losses are added, one of them weighted. Does the paper divide their sum (handout, part 6)?",
        "    return loss\n",
        '    return loss / (1 + aux_weight) if "aux" in outputs else loss\n',
    ),
    Edit(
        "6-weights-add-up-to-1-without-aux-too",
        _WEIGHTS_OF_A_MEAN,
        _SUM_OR_MEAN,
        _ADD_UP,
        _ADD_UP.replace("    loss = mean", "    loss = (1 - aux_weight) * mean"),
    ),
    Edit(
        "6-mean-over-void",
        "the loss is divided by the number of all pixels, void included",
        "With much void, such a loss becomes small. Over which pixels is the mean (handout, part 6)?",
        _LABELLED,
        "target.numel()",
    ),
    Edit(
        "6-mean-per-image",
        "the loss is averaged within each image first, then over the images",
        "Should a labelled pixel count more because its image has few of them (handout, part 6)?",
        _CROSS_ENTROPY,
        """(
            F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none").sum(dim=(1, 2))
            / (target != ignore_index).sum(dim=(1, 2)).clamp(min=1)
        ).mean()""",
    ),
    Edit(
        "6-divided-twice",
        "the loss is divided by the number of labelled pixels twice",
        "Cross-entropy has a `reduction`. Is what it gives you already a mean, or still a sum?",
        _CROSS_ENTROPY,
        "F.cross_entropy(logits, target, ignore_index=ignore_index) / labelled",
    ),
    Edit(
        "6-sum-over-pixels",
        "the loss is the sum over the pixels, not their mean",
        "Would the same learning rate fit a crop of twice the size? Is the loss a sum or a mean (handout, part 6)?",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")',
    ),
    Edit(
        "6-nan-without-labels",
        "a batch without a labelled pixel gives NaN",
        "What is a mean over no pixels, and what would one such batch do to the weights (handout, part 6)?",
        _LABELLED,
        "(target != ignore_index).sum()",
    ),
    Edit(
        "6-zero-without-graph",
        "a batch without a labelled pixel gives a constant that cannot be back-propagated",
        "The training loop calls `backward` on every loss. What must the zero be computed from?",
        f"labelled = {_LABELLED}\n",
        f"""labelled = {_LABELLED}
    if (target == ignore_index).all():
        return torch.zeros(())
""",
    ),
    Edit(
        "6-zero-on-nothing",
        "a batch without a labelled pixel gives a new tensor of 0, which depends on no weight",
        "A scaler refuses to step without any gradient. From what could the zero be computed, so that there are some?",
        f"labelled = {_LABELLED}\n",
        f"""labelled = {_LABELLED}
    if (target == ignore_index).all():
        return torch.zeros((), requires_grad=True)
""",
    ),
    Edit(
        "6-void-not-ignored",
        "cross-entropy is not told which value to ignore",
        "Which target value does PyTorch's cross-entropy ignore unless it is told otherwise?",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target, reduction="sum") / labelled',
    ),
    Edit(
        "6-void-always-255",
        "255 is always ignored, whatever value is given",
        "255 is only the default. Which value did the caller ask to ignore?",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target, ignore_index=255, reduction="sum") / labelled',
    ),
    Edit(
        "6-void-as-class-0",
        "void pixels are learnt as class 0",
        "Class 0 is Building. What should a void pixel add to the loss (handout, part 6)?",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target.where(target != ignore_index, 0), reduction="sum") / labelled',
    ),
    Edit(
        "6-void-becomes-class-0",
        "void pixels are learnt as class 0",
        "Class 0 is Building. What should a void pixel add to the loss (handout, part 6)?",
        "    labelled = (target",
        "    target[target == ignore_index] = 0\n    labelled = (target",
    ),
    Edit(
        "6-softmax-twice",
        "the logits are softmaxed before cross-entropy, which does that itself",
        "What does PyTorch's cross-entropy expect, logits or probabilities? A second softmax flattens them.",
        "F.cross_entropy(logits, target,",
        "F.cross_entropy(logits.softmax(dim=1), target,",
    ),
    Edit(
        "6-no-log-softmax",
        "the negative log-likelihood is computed from logits, not log-probabilities",
        "This loss has no lower bound, since logits have no upper one. What turns logits into log-probabilities?",
        "F.cross_entropy(logits, target,",
        "F.nll_loss(logits, target,",
    ),
    Edit(
        "6-loss-is-a-number",
        "the loss is a plain number, not a tensor",
        "Does a plain number know how it was computed? `backward` needs that.",
        "    return loss\n    ### END",
        "    return loss.item()\n    ### END",
    ),
)

_RATES = (
    Edit(
        "6-poly-linear",
        "the poly schedule is linear: its power is left out",
        "Poly is short for polynomial. Where does the power come in (paper, section 5.1)?",
        "(1 - step / total_steps) ** power",
        "1 - step / total_steps",
    ),
    Edit(
        "6-poly-always-0.9",
        "the power is always 0.9, whatever is given",
        "0.9 is only the default. Which power did the caller give?",
        "(1 - step / total_steps) ** power",
        "(1 - step / total_steps) ** 0.9",
    ),
    Edit(
        "6-poly-multiplied",
        "the remaining share is multiplied by the power",
        "What must the factor be at step 0, and what is 1 times 0.9? A power is an exponent (paper, section 5.1).",
        "(1 - step / total_steps) ** power",
        "(1 - step / total_steps) * power",
    ),
    Edit(
        "6-poly-power-inside",
        "the power is applied to the share that is done, not to the share that remains",
        "Which of the two is raised to the power: the share done, or the share that remains (paper, section 5.1)?",
        "(1 - step / total_steps) ** power",
        "1 - (step / total_steps) ** power",
    ),
    Edit(
        "6-poly-rises",
        "the factor rises from 0 to 1",
        "Which share of the training remains at step 0, and which rate should it have (handout, part 6)?",
        "(1 - step / total_steps) ** power",
        "(step / total_steps) ** power",
    ),
    Edit(
        "6-poly-floor-division",
        "step and total_steps are divided as whole numbers, rounding down",
        "What is 1 // 40, and what should it be? Such a factor stays 1 until it drops to 0.",
        "(1 - step / total_steps) ** power",
        "(1 - step // total_steps) ** power",
    ),
    Edit(
        "6-poly-floor-division-of-the-rest",
        "what remains is divided by total_steps as whole numbers, rounding down",
        "What is 39 // 40, and what should it be? Such a factor is 0 from the second step on.",
        "(1 - step / total_steps) ** power",
        "((total_steps - step) // total_steps) ** power",
    ),
    Edit(
        "6-poly-zero-too-early",
        "the factor is already 0 at step total_steps - 1",
        "Steps count from 0. Which is the last one that trains, and should it learn nothing (handout, part 6)?",
        "(1 - step / total_steps) ** power",
        "max(1 - step / (total_steps - 1), 0) ** power",
    ),
    Edit(
        "6-one-rate",
        "the heads learn at the backbone's rate",
        "What starts from scratch, and how much faster should it learn (handout, part 6)?",
        '{"params": heads, "lr": lr * head_multiplier}',
        '{"params": heads, "lr": lr}',
    ),
    Edit(
        "6-rates-exchanged",
        "the backbone learns faster than the heads",
        "Large steps would soon undo the pretraining. Which of the two groups starts from scratch (handout, part 6)?",
        '{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}',
        '{"params": backbone, "lr": lr * head_multiplier}, {"params": heads, "lr": lr}',
    ),
    Edit(
        "6-lr-of-the-heads",
        "lr is used as the heads' rate, and the backbone gets a tenth of it",
        "The ratio is right. Whose rate is `lr` (handout, part 6)?",
        '{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}',
        '{"params": backbone, "lr": lr / head_multiplier}, {"params": heads, "lr": lr}',
    ),
    Edit(
        "6-always-ten-times",
        "the heads always learn ten times as fast, whatever multiplier is given",
        "10 is only the default. Which multiplier did the caller give?",
        "lr * head_multiplier",
        "lr * 10",
    ),
    Edit(
        "6-backbone-twice",
        "the backbone's parameters are in both groups",
        'Which parameters are "everything else"? Each belongs to one group (handout, part 6).',
        "[parameter for parameter in model.parameters() if id(parameter) not in in_backbone]",
        "list(model.parameters())",
    ),
    Edit(
        "6-iterator-used-up",
        "the backbone's group is empty, as an iterator of parameters is when it is used again",
        "How often can one walk through what `parameters()` returns?",
        "backbone = list(model.backbone.parameters())",
        "backbone = model.backbone.parameters()",
    ),
    Edit(
        "6-compared-elementwise",
        "parameters are looked up in a list, which compares their elements",
        "Is `==` of two tensors yes or no? How do you ask whether two names mean the same object (handout, part 6)?",
        "if id(parameter) not in in_backbone",
        "if parameter not in backbone",
    ),
    Edit(
        "6-only-the-backbone",
        "only the backbone is in a group",
        "What is in no group never learns. Which parameters are outside the backbone (handout, part 6)?",
        '{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}',
        '{"params": backbone, "lr": lr}',
    ),
    Edit(
        "6-compared-by-shape",
        "parameters of the heads that share a shape with the backbone's are in no group",
        "Can two different parameters have the same shape? By what should they be compared (handout, part 6)?",
        "if id(parameter) not in in_backbone",
        "if parameter.shape not in {p.shape for p in backbone}",
    ),
    Edit(
        "6-compared-by-value",
        "parameters of the heads that equal one of the backbone's are in no group",
        "Every new batch norm has ones and zeros. By what should parameters be compared (handout, part 6)?",
        "if id(parameter) not in in_backbone",
        "if not any(torch.equal(parameter, p) for p in backbone)",
    ),
    Edit(
        "6-no-biases",
        "biases and batch norms of the heads are in no group",
        "What is in no group never learns. Which parameters are outside the backbone (handout, part 6)?",
        "if id(parameter) not in in_backbone",
        "if id(parameter) not in in_backbone and parameter.ndim > 1",
    ),
    Edit(
        "6-norms-with-the-heads",
        "biases and batch norms of the backbone learn at the heads' rate",
        "To which group do biases and batch norms inside `model.backbone` belong (handout, part 6)?",
        "backbone = list(model.backbone.parameters())",
        "backbone = [parameter for parameter in model.backbone.parameters() if parameter.ndim > 1]",
    ),
    Edit(
        "6-no-aux-head",
        "the auxiliary classifier is in no group",
        "What is in no group never learns. Is the auxiliary classifier inside the backbone (handout, part 6)?",
        "[parameter for parameter in model.parameters() if id(parameter) not in in_backbone]",
        """[
        parameter
        for name, parameter in model.named_parameters()
        if id(parameter) not in in_backbone and not name.startswith("aux")
    ]""",
    ),
    Edit(
        "6-heads-by-name",
        "the heads are found by attributes that only your own network has",
        "torchvision's networks are trained here too. Which one attribute does the docstring promise?",
        "[parameter for parameter in model.parameters() if id(parameter) not in in_backbone]",
        "[*model.ppm.parameters(), *model.classifier.parameters(), *model.aux_classifier.parameters()]",
    ),
    Edit(
        "6-backbone-frozen",
        "the backbone is frozen",
        "Which learning rate should the backbone have: `lr`, or none (handout, part 6)?",
        "backbone = list(model.backbone.parameters())",
        "backbone = list(model.backbone.requires_grad_(False).parameters())",
    ),
)

_STEP = """        optimizer.zero_grad()
        if scaler is None:
            loss.backward()
            optimizer.step()
        else:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        scheduler.step()
"""

_TRAINING = (
    Edit(
        "6-not-in-training-mode",
        "the model is not put in training mode",
        "The model may come from an evaluation. What do dropout and batch norm do in eval mode (handout, part 6)?",
        "    model.train()\n    total",
        "    total",
    ),
    Edit(
        "6-gradients-kept",
        "the gradients are never cleared",
        "`backward` adds to the gradients that are there. What does the second step consist of, then?",
        "        optimizer.zero_grad()\n",
        "",
    ),
    Edit(
        "6-gradients-cleared-once",
        "the gradients are cleared only once, before the first batch",
        "`backward` adds to the gradients that are there. Which ones does the second batch find (handout, part 6)?",
        """    for images, target in loader:
        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast():
            loss = segmentation_loss(model(images), target, aux_weight)

        optimizer.zero_grad()
""",
        """    optimizer.zero_grad()
    for images, target in loader:
        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast():
            loss = segmentation_loss(model(images), target, aux_weight)

""",
    ),
    Edit(
        "6-gradients-kept-with-a-scaler",
        "with a scaler, the gradients of all batches pile up",
        "A scaler takes the place of the optimizer's step. Does it also clear the gradients (handout, part 6)?",
        """        optimizer.zero_grad()
        if scaler is None:
""",
        """        if scaler is None:
            optimizer.zero_grad()
""",
    ),
    Edit(
        "6-gradients-cleared-after-the-step",
        "the gradients that are there before the first batch are not cleared",
        "Somebody may have called `backward` before your epoch. What does the first step consist of, then?",
        _STEP,
        """        (loss if scaler is None else scaler.scale(loss)).backward()
        if scaler is None:
            optimizer.step()
        else:
            scaler.step(optimizer)
            scaler.update()
        optimizer.zero_grad()
        scheduler.step()
""",
    ),
    Edit(
        "6-gradients-cleared-late",
        "the gradients are cleared between the backward pass and the step",
        "The optimizer steps along the gradients. What is left of them at that moment?",
        _STEP,
        """        (loss if scaler is None else scaler.scale(loss)).backward()
        optimizer.zero_grad()
        if scaler is None:
            optimizer.step()
        else:
            scaler.step(optimizer)
            scaler.update()
        scheduler.step()
""",
    ),
    Edit(
        "6-no-step",
        "the weights are the same after an epoch as before",
        "Which call changes the weights, and what does it find in the gradients at that moment (handout, part 6)?",
        "            loss.backward()\n            optimizer.step()\n",
        "            loss.backward()\n",
    ),
    Edit(
        "6-no-schedule",
        "the scheduler does not step",
        "Does a scheduler do anything by itself? When should it step (handout, part 6)?",
        "        scheduler.step()\n\n        total +=",
        "        total +=",
    ),
    Edit(
        "6-schedule-per-epoch",
        "the scheduler steps only once per epoch",
        "Does the poly schedule fall after every iteration, or after every epoch (handout, part 6)?",
        """        scheduler.step()

        total += loss.detach() * len(images)
        images_seen += len(images)
""",
        """        total += loss.detach() * len(images)
        images_seen += len(images)
    scheduler.step()
""",
    ),
    Edit(
        "6-schedule-first",
        "the scheduler steps before the optimizer",
        "With which learning rate is the first step made? Compare with step 0 of the schedule.",
        _STEP,
        "        scheduler.step()\n" + _STEP.removesuffix("        scheduler.step()\n"),
    ),
    Edit(
        "6-schedule-twice",
        "the scheduler steps twice in every iteration",
        "After how many iterations has the factor fallen to 0 (handout, part 6)? How often does your scheduler step?",
        "        scheduler.step()\n\n        total +=",
        "        scheduler.step()\n        scheduler.step()\n\n        total +=",
    ),
    Edit(
        "6-no-schedule-with-a-scaler",
        "the scheduler does not step if there is a scaler",
        "A scaler takes the place of the optimizer's step. Does it also take the scheduler's (handout, part 6)?",
        "        scheduler.step()\n\n        total +=",
        "        if scaler is None:\n            scheduler.step()\n\n        total +=",
    ),
    Edit(
        "6-softmax-before-the-loss",
        "the outputs are softmaxed before the loss, which does so itself",
        "What does `segmentation_loss` expect: logits, or probabilities (its docstring)?",
        "segmentation_loss(model(images), target, aux_weight)",
        "segmentation_loss({k: v.softmax(dim=1) for k, v in model(images).items()}, target, aux_weight)",
    ),
    Edit(
        "6-aux-weight-not-passed-on",
        "aux_weight does not reach the loss",
        "`train_one_epoch` is given a weight for the auxiliary loss. Who needs it?",
        "segmentation_loss(model(images), target, aux_weight)",
        "segmentation_loss(model(images), target)",
    ),
    Edit(
        "6-first-batch-only",
        "training ends after the first batch",
        "What ends your loop after one batch? Look at the indentation.",
        "    return (total / images_seen).item()\n",
        "        return (total / images_seen).item()\n",
    ),
    Edit(
        "6-last-batch-skipped",
        "the last, smaller batch is not trained on",
        "Who decides which batches there are, your loop or the loader?",
        "        with autocast():\n",
        "        if len(images) < loader.batch_size:\n            break\n        with autocast():\n",
    ),
    Edit(
        "6-void-batch-skipped",
        "a batch without labels is skipped, and the scheduler does not step",
        "For how many iterations is the schedule planned? Does a batch without labels count as one?",
        "        with autocast():\n",
        "        if (target == 255).all():\n            continue\n        with autocast():\n",
    ),
    Edit(
        "6-images-not-moved",
        "images are not moved to the device in training",
        "The model is on the device. Are the images there too (docstring of `train_one_epoch`)?",
        "images.to(device, non_blocking=True), target.to(device, non_blocking=True)\n        with autocast()",
        "images, target.to(device, non_blocking=True)\n        with autocast()",
    ),
    Edit(
        "6-targets-not-moved",
        "targets are not moved to the device in training",
        "The loss compares logits with targets. Are both on the device (docstring of `train_one_epoch`)?",
        "images.to(device, non_blocking=True), target.to(device, non_blocking=True)\n        with autocast()",
        "images.to(device, non_blocking=True), target\n        with autocast()",
    ),
    Edit(
        "6-moved-in-vain",
        "the moved tensors are thrown away, and training uses the originals",
        "Does `.to` move a tensor in place, or return a copy? Where does the copy go?",
        """        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast()""",
        """        images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast()""",
    ),
    Edit(
        "6-no-autocast",
        "the autocast context is never entered",
        "Where is `autocast` used? What belongs inside it (handout, part 6)?",
        "with autocast():",
        "with nullcontext():",
    ),
    Edit(
        "6-one-autocast",
        "one autocast context is used for all batches",
        "Can a context be entered again after it was left? When is `autocast` called (handout, part 6)?",
        """    for images, target in loader:
        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast():""",
        """    context = autocast()
    for images, target in loader:
        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with context:""",
    ),
    Edit(
        "6-loss-outside-autocast",
        "the loss is computed outside the autocast context",
        "What belongs inside `autocast()`: only the forward pass (handout, part 6)?",
        "            loss = segmentation_loss(model(images), target, aux_weight)\n",
        "            outputs = model(images)\n        loss = segmentation_loss(outputs, target, aux_weight)\n",
    ),
    Edit(
        "6-no-scaler",
        "the scaler is not used",
        "Small gradients vanish in half precision. Which of your calls does a scaler replace (handout, part 6)?",
        "        if scaler is None:\n",
        "        if True:\n",
    ),
    Edit(
        "6-scaler-not-updated",
        "the scaler is never updated",
        "A scale that was too large must shrink for the next batch. Which of three calls does that (handout, part 6)?",
        "            scaler.update()\n",
        "",
    ),
    Edit(
        "6-loss-not-scaled",
        "the scaler steps, but the loss was not scaled",
        "The scaler divides the gradients by its scale before it steps. Were they multiplied before (handout, part 6)?",
        "            scaler.scale(loss).backward()\n",
        "            loss.backward()\n",
    ),
    Edit(
        "6-scaled-loss-dropped",
        "the loss is scaled, but the gradients are those of the unscaled loss",
        "`scaler.scale` returns a new tensor. On which one is `backward` called (handout, part 6)?",
        "            scaler.scale(loss).backward()\n",
        "            scaler.scale(loss)\n            loss.backward()\n",
    ),
    Edit(
        "6-optimizer-steps-itself",
        "the loss is scaled, but the optimizer steps without the scaler",
        "The gradients are still multiplied by the scale. Who divides them again (handout, part 6)?",
        "            scaler.step(optimizer)\n",
        "            optimizer.step()\n",
    ),
    Edit(
        "6-mean-per-batch",
        "the loss is averaged over batches instead of images",
        "How much should a last batch with half as many images count (handout, part 6)?",
        "        total += loss.detach() * len(images)\n        images_seen += len(images)\n",
        "        total += loss.detach()\n        images_seen += 1\n",
    ),
    Edit(
        "6-divided-by-batches",
        "the sum over the images is divided by the number of batches",
        "Each loss was multiplied by the size of its batch. By what should the sum be divided, then (handout, part 6)?",
        "return (total / images_seen).item()",
        "return (total / len(loader)).item()",
    ),
    Edit(
        "6-loss-divided",
        "each loss is divided by the number of batches before the backward pass",
        "That is for adding up gradients over several batches. How often does the optimizer step here?",
        "            loss = segmentation_loss(model(images), target, aux_weight)\n",
        "            loss = segmentation_loss(model(images), target, aux_weight) / len(loader)\n",
    ),
    Edit(
        "6-mean-per-pixel",
        "a batch counts in the mean loss by its labelled pixels, not by its images",
        "The mean loss is per image. How much does a batch count, void or not (handout, part 6)?",
        "        total += loss.detach() * len(images)\n        images_seen += len(images)\n",
        "        total += loss.detach() * (target != 255).sum()\n        images_seen += (target != 255).sum()\n",
    ),
    Edit(
        "6-sum-of-losses",
        "the sum of the losses is returned",
        "A sum grows with the data set. What should it be divided by (handout, part 6)?",
        "return (total / images_seen).item()",
        "return total.item()",
    ),
    Edit(
        "6-last-loss",
        "the loss of the last batch is returned",
        "Does one batch say how the epoch went? What is the mean over (handout, part 6)?",
        "return (total / images_seen).item()",
        "return loss.item()",
    ),
    Edit(
        "6-mean-is-tensor",
        "the mean loss is a tensor, not a float",
        "What does the signature of `train_one_epoch` promise? A curve or a JSON file needs a plain number.",
        "return (total / images_seen).item()",
        "return total / images_seen",
    ),
)

_BARE_LOOP = """    for images, target in loader:
        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        prediction = model(images)["out"].argmax(dim=1)
        matrix += confusion_matrix(prediction, target, num_classes)
"""
_LOOP = "    with torch.no_grad():\n" + indent(_BARE_LOOP, "    ")
_PREDICT = 'model(images)["out"].argmax(dim=1)'

_EVALUATION = (
    Edit(
        "6-not-in-eval-mode",
        "the model is not put in eval mode for the evaluation",
        "In training mode, what do dropout and batch norm do to a prediction (handout, part 6)?",
        "    model.eval()\n",
        "",
    ),
    Edit(
        "6-mode-not-restored",
        "the model is left in eval mode",
        "The caller may be in the middle of training. In which mode should it get the model back (handout, part 6)?",
        "    model.train(was_training)\n",
        "",
    ),
    Edit(
        "6-always-back-to-training",
        "the model is always in training mode after an evaluation",
        "In which mode was the model before? It need not be in training (handout, part 6).",
        "model.train(was_training)",
        "model.train()",
    ),
    Edit(
        "6-gradients-in-evaluation",
        "gradients are not switched off during evaluation",
        "Eval mode changes layers. Does it also turn gradients off? If not, every map stays in memory.",
        _LOOP,
        _BARE_LOOP,
    ),
    Edit(
        "6-gradients-left-off",
        "gradients are turned off for the evaluation, and not turned on again",
        "Will the next training step have gradients? Can they be turned off for a block alone?",
        _LOOP,
        f"    torch.set_grad_enabled(False)\n{_BARE_LOOP}",
    ),
    Edit(
        "6-partial-batch-dropped",
        "the last, smaller batch is not evaluated",
        "The last batch has fewer images. Do they count (docstring of `evaluate`)?",
        "            prediction = model",
        "            if len(images) < loader.batch_size:\n                break\n            prediction = model",
    ),
    Edit(
        "6-images-not-moved-in-evaluation",
        "images are not moved to the device in evaluation",
        "The model is on the device. Are the images there too (docstring of `evaluate`)?",
        "images.to(device, non_blocking=True), target.to(device, non_blocking=True)\n            prediction",
        "images, target.to(device, non_blocking=True)\n            prediction",
    ),
    Edit(
        "6-matrix-overwritten",
        "only the matrix of the last batch is returned",
        "Matrices add up over batches. What happens to the earlier ones (handout, part 5)?",
        "matrix += confusion_matrix",
        "matrix = confusion_matrix",
    ),
    Edit(
        "6-matrix-of-floats",
        "the matrix is float32, not int64",
        "Which type do new zeros have unless you name one? Compare with the docstring of `evaluate`.",
        "torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)",
        "torch.zeros(num_classes, num_classes, device=device)",
    ),
    Edit(
        "6-matrix-averaged",
        "the matrix is divided by the number of batches",
        "Are counts added up over batches, or averaged (handout, part 5)?",
        "    return matrix\n",
        "    return matrix / len(loader)\n",
    ),
    Edit(
        "6-matrix-averaged-as-integers",
        "the matrix is divided by the number of batches",
        "Are counts added up over batches, or averaged (handout, part 5)?",
        "    return matrix\n",
        "    return matrix // len(loader)\n",
    ),
    Edit(
        "6-matrix-arguments-exchanged",
        "target and prediction are swapped on their way into the matrix",
        "Which argument does `confusion_matrix` take first (part 5)?",
        "confusion_matrix(prediction, target, num_classes)",
        "confusion_matrix(target, prediction, num_classes)",
    ),
    Edit(
        "6-argmax-over-the-width",
        "the argmax is over the last dimension, which is the width",
        "Logits are (N, K, H, W). Along which dimension do the classes lie?",
        _PREDICT,
        'model(images)["out"].argmax(dim=-1)',
    ),
    Edit(
        "6-largest-logit",
        "the largest logit is taken for a class",
        "Is the prediction the largest logit, or which class has it?",
        _PREDICT,
        'model(images)["out"].amax(dim=1)',
    ),
    Edit(
        "6-largest-probability",
        "the largest probability is taken for a class",
        "Is the prediction the largest probability, or which class has it?",
        _PREDICT,
        'model(images)["out"].softmax(dim=1).amax(dim=1)',
    ),
    Edit(
        "6-argmax-over-the-batch",
        "the argmax is over the first dimension, which is the batch",
        "Logits are (N, K, H, W). Along which dimension do the classes lie?",
        _PREDICT,
        'model(images)["out"].argmax(dim=0)',
    ),
    Edit(
        "6-argmax-over-the-height",
        "the argmax is over dimension 2, which is the height",
        "Logits are (N, K, H, W). Counting from 0, along which dimension do the classes lie?",
        _PREDICT,
        'model(images)["out"].argmax(dim=2)',
    ),
    Edit(
        "6-only-sure-pixels",
        "pixels without a probability above one half become class 0",
        "With eleven classes, must the most likely one have a probability above one half?",
        _PREDICT,
        '(model(images)["out"].softmax(dim=1) > 0.5).int().argmax(dim=1)',
    ),
    Edit(
        "6-only-positive-logits",
        "pixels without a positive logit become class 0",
        "Can all logits of a pixel be negative? Which class is predicted then?",
        _PREDICT,
        '(model(images)["out"] > 0).int().argmax(dim=1)',
    ),
)

MISTAKES = (*_LOSS, *_RATES, *_TRAINING, *_EVALUATION)
