"""Known mistakes of part 6, training: the loss, the learning rates, the loops of training and evaluation."""

from textwrap import indent

from instructor.catalogue.edits import Edit

_LABELLED = "(target != ignore_index).sum().clamp(min=1)"
_CROSS_ENTROPY = 'F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum") / labelled'
_PLUS_AUX = 'loss + aux_weight * mean_cross_entropy(outputs["aux"])'

_LOSS = (
    Edit(
        "6-no-aux",
        "the auxiliary loss is left out",
        "The loss of the auxiliary classifier is added, with a weight (paper, section 4).",
        'if "aux" in outputs:',
        "if False:",
    ),
    Edit(
        "6-aux-counts-1",
        "the auxiliary loss counts as much as the main one",
        "The auxiliary loss only helps: it is weighted, 0.4 if nothing else is asked for (paper, section 4).",
        _PLUS_AUX,
        'loss + mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-aux-always-0.4",
        "the auxiliary loss counts 0.4 whatever weight is given",
        "0.4 is only the default of an argument: whoever gives another weight wants that.",
        _PLUS_AUX,
        'loss + 0.4 * mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-aux-of-out",
        "the auxiliary loss is computed from the main output",
        "Two classifiers, two losses: the second is that of the auxiliary logits (handout, part 6).",
        _PLUS_AUX,
        'loss + aux_weight * mean_cross_entropy(outputs["out"])',
    ),
    Edit(
        "6-aux-detached",
        "no gradient flows from the auxiliary loss",
        "The auxiliary loss is there for its gradients: a value without a graph teaches nothing (paper, section 4).",
        _PLUS_AUX,
        'loss + aux_weight * mean_cross_entropy(outputs["aux"].detach())',
    ),
    Edit(
        "6-weights-exchanged",
        "the main loss is weighted, and the auxiliary one is not",
        "Which of the two classifiers is used in the end? Its loss counts in full (paper, section 4).",
        _PLUS_AUX,
        'aux_weight * loss + mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-weights-add-up-to-1",
        "the main loss counts less by what the auxiliary one counts",
        "It is a sum, not an average: the main loss counts 1 whatever the other's weight (paper, section 4).",
        _PLUS_AUX,
        '(1 - aux_weight) * loss + aux_weight * mean_cross_entropy(outputs["aux"])',
    ),
    Edit(
        "6-mean-over-void",
        "the loss is divided by the number of all pixels, void ones too",
        "Then a batch with much void learns more slowly: the mean is over the pixels that count (handout, part 6).",
        _LABELLED,
        "target.numel()",
    ),
    Edit(
        "6-mean-per-image",
        "the loss is averaged per image first, and then over the images",
        "A labelled pixel counts the same in every image of a batch: one mean over all of them (handout, part 6).",
        _CROSS_ENTROPY,
        """(
            F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none").sum(dim=(1, 2))
            / (target != ignore_index).sum(dim=(1, 2)).clamp(min=1)
        ).mean()""",
    ),
    Edit(
        "6-sum-over-pixels",
        "the loss is the sum over the pixels, not their mean",
        "A sum grows with crop and batch, and the learning rate would have to shrink: take the mean (handout, part 6).",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")',
    ),
    Edit(
        "6-nan-without-labels",
        "a batch without a labelled pixel gives NaN",
        "A mean over no pixels is 0 / 0, and one such batch spoils all weights (handout, part 6).",
        _LABELLED,
        "(target != ignore_index).sum()",
    ),
    Edit(
        "6-zero-without-graph",
        "a batch without a labelled pixel gives a constant, which cannot be back-propagated",
        "The training loop calls `backward` on every loss: the zero must come from the logits (handout, part 6).",
        f"labelled = {_LABELLED}\n",
        f"""labelled = {_LABELLED}
    if (target == ignore_index).all():
        return torch.zeros(())
""",
    ),
    Edit(
        "6-void-not-ignored",
        "cross-entropy is not told which value to ignore",
        "Left to itself, PyTorch ignores -100, and takes 255 for a class that does not exist (handout, part 6).",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target, reduction="sum") / labelled',
    ),
    Edit(
        "6-void-always-255",
        "255 is ignored whatever value is given",
        "255 is only the default of an argument: whoever gives another value wants that ignored.",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target, ignore_index=255, reduction="sum") / labelled',
    ),
    Edit(
        "6-void-as-class-0",
        "void pixels are learnt as class 0",
        "Void has no class, and class 0 is Building: void pixels add nothing to the loss (handout, part 6).",
        _CROSS_ENTROPY,
        'F.cross_entropy(logits, target.where(target != ignore_index, 0), reduction="sum") / labelled',
    ),
    Edit(
        "6-softmax-twice",
        "the logits are softmaxed before the cross-entropy, which does so itself",
        "With K equal logits both give log K, but a second softmax flattens all others: logits go in as they are.",
        "F.cross_entropy(logits, target,",
        "F.cross_entropy(logits.softmax(dim=1), target,",
    ),
    Edit(
        "6-no-log-softmax",
        "the negative log-likelihood is taken of logits instead of log-probabilities",
        "Minus a logit has no lower bound: cross-entropy is that of the softmax's logarithm.",
        "F.cross_entropy(logits, target,",
        "F.nll_loss(logits, target,",
    ),
    Edit(
        "6-loss-is-a-number",
        "the loss is a plain number",
        "A number has forgotten how it was computed: what is to be back-propagated stays a tensor.",
        "    return loss\n    ### END",
        "    return loss.item()\n    ### END",
    ),
)

_RATES = (
    Edit(
        "6-poly-linear",
        "the power of the poly schedule is left out",
        "Poly is a polynomial: what remains of the training, to a power (paper, section 5.1).",
        "(1 - step / total_steps) ** power",
        "1 - step / total_steps",
    ),
    Edit(
        "6-poly-always-0.9",
        "the power is 0.9 whatever is given",
        "0.9 is only the default of an argument: whoever gives another power wants that.",
        "(1 - step / total_steps) ** power",
        "(1 - step / total_steps) ** 0.9",
    ),
    Edit(
        "6-poly-multiplied",
        "what remains is multiplied by the power",
        "At step 0 the factor must be 1, and 0.9 times 1 is not: a power is an exponent (paper, section 5.1).",
        "(1 - step / total_steps) ** power",
        "(1 - step / total_steps) * power",
    ),
    Edit(
        "6-poly-power-inside",
        "the share that is done is raised to the power, instead of the share that remains",
        "1 minus a power is another curve than the power of 1 minus: look at the brackets (paper, section 5.1).",
        "(1 - step / total_steps) ** power",
        "1 - (step / total_steps) ** power",
    ),
    Edit(
        "6-poly-rises",
        "the factor rises from 0 to 1",
        "Training begins with the full learning rate: at step 0 all of it remains (handout, part 6).",
        "(1 - step / total_steps) ** power",
        "(step / total_steps) ** power",
    ),
    Edit(
        "6-poly-floor-division",
        "step and total are divided without a remainder",
        "Two slashes round down: the factor stays 1 until it drops to 0.",
        "(1 - step / total_steps) ** power",
        "(1 - step // total_steps) ** power",
    ),
    Edit(
        "6-poly-zero-too-early",
        "the factor is 0 at the last step already, one step before `total_steps`",
        "Steps count from 0, so the last one that trains is total - 1, and it should not be lost (handout, part 6).",
        "(1 - step / total_steps) ** power",
        "max(1 - step / (total_steps - 1), 0) ** power",
    ),
    Edit(
        "6-one-rate",
        "the heads learn at the rate of the backbone",
        "The backbone is trained already; what starts from nothing learns faster (handout, part 6).",
        '{"params": heads, "lr": lr * head_multiplier}',
        '{"params": heads, "lr": lr}',
    ),
    Edit(
        "6-rates-exchanged",
        "the backbone learns faster than the heads",
        "Large steps would soon forget ImageNet: which of the two groups starts from nothing (handout, part 6)?",
        '{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}',
        '{"params": backbone, "lr": lr * head_multiplier}, {"params": heads, "lr": lr}',
    ),
    Edit(
        "6-lr-of-the-heads",
        "`lr` is taken as the heads' rate, and the backbone's is a tenth of it",
        "The ratio is right, but both are ten times too small: `lr` is the backbone's rate (handout, part 6).",
        '{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}',
        '{"params": backbone, "lr": lr / head_multiplier}, {"params": heads, "lr": lr}',
    ),
    Edit(
        "6-always-ten-times",
        "the heads learn ten times as fast whatever multiplier is given",
        "10 is only the default of an argument: whoever gives another multiplier wants that.",
        "lr * head_multiplier",
        "lr * 10",
    ),
    Edit(
        "6-backbone-twice",
        "the backbone's parameters are in both groups",
        "Everything else means what is not in the backbone: each parameter belongs to one group (handout, part 6).",
        "[parameter for parameter in model.parameters() if id(parameter) not in in_backbone]",
        "list(model.parameters())",
    ),
    Edit(
        "6-iterator-used-up",
        "the backbone's group is empty, since its iterator was used up before",
        "What `parameters()` gives can be walked through once: the second time it is at its end.",
        "backbone = list(model.backbone.parameters())",
        "backbone = model.backbone.parameters()",
    ),
    Edit(
        "6-compared-elementwise",
        "parameters are looked for in a list, which compares their elements",
        "`==` of two tensors is a tensor, not yes or no: ask whether it is the same object (handout, part 6).",
        "if id(parameter) not in in_backbone",
        "if parameter not in backbone",
    ),
    Edit(
        "6-compared-by-shape",
        "parameters of the heads that have a shape of the backbone's are in no group",
        "Many parameters have one shape: ask whether it is the same object (handout, part 6).",
        "if id(parameter) not in in_backbone",
        "if parameter.shape not in {p.shape for p in backbone}",
    ),
    Edit(
        "6-compared-by-value",
        "parameters of the heads that have the values of one in the backbone are in no group",
        "Every new batch norm has ones and zeros: ask whether it is the same object, not an equal one.",
        "if id(parameter) not in in_backbone",
        "if not any(torch.equal(parameter, p) for p in backbone)",
    ),
    Edit(
        "6-no-biases",
        "biases and batch norms of the heads are in no group",
        "What no group holds never learns: everything outside the backbone belongs to the heads (handout, part 6).",
        "if id(parameter) not in in_backbone",
        "if id(parameter) not in in_backbone and parameter.ndim > 1",
    ),
    Edit(
        "6-norms-with-the-heads",
        "biases and batch norms of the backbone learn at the heads' rate",
        "They were trained with the backbone's weights, and belong to them: all of `model.backbone` learns at `lr`.",
        "backbone = list(model.backbone.parameters())",
        "backbone = [parameter for parameter in model.backbone.parameters() if parameter.ndim > 1]",
    ),
    Edit(
        "6-no-aux-head",
        "the auxiliary classifier is in no group",
        "Its loss reaches the backbone, but what is in no group never learns: it is a head as well (handout, part 6).",
        "[parameter for parameter in model.parameters() if id(parameter) not in in_backbone]",
        """[
        parameter
        for name, parameter in model.named_parameters()
        if id(parameter) not in in_backbone and not name.startswith("aux")
    ]""",
    ),
    Edit(
        "6-heads-by-name",
        "the heads are taken from attributes that only one's own network has",
        "torchvision's networks are trained too: of attributes, only `model.backbone` is promised (handout, part 6).",
        "[parameter for parameter in model.parameters() if id(parameter) not in in_backbone]",
        "[*model.ppm.parameters(), *model.classifier.parameters(), *model.aux_classifier.parameters()]",
    ),
    Edit(
        "6-backbone-frozen",
        "the backbone is frozen",
        "The backbone learns too, more slowly than the rest: at `lr`, not at 0 (handout, part 6).",
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
        "It may come from an evaluation, where dropout is off and batch norm does not learn (handout, part 6).",
        "    model.train()\n    total",
        "    total",
    ),
    Edit(
        "6-gradients-kept",
        "the gradients are never cleared",
        "`backward` adds to the gradients that are there: without clearing them, each step repeats all steps before.",
        "        optimizer.zero_grad()\n",
        "",
    ),
    Edit(
        "6-gradients-cleared-late",
        "the gradients are cleared between the backward pass and the step",
        "The optimizer steps along the gradients: if they are cleared before, nothing is left to step along.",
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
        "the optimizer never steps",
        "The backward pass only computes gradients: somebody has to change the weights.",
        "            loss.backward()\n            optimizer.step()\n",
        "            loss.backward()\n",
    ),
    Edit(
        "6-no-schedule",
        "the scheduler never steps",
        "A scheduler does nothing by itself: without its steps the learning rate stays as it is (handout, part 6).",
        "        scheduler.step()\n\n        total +=",
        "        total +=",
    ),
    Edit(
        "6-schedule-per-epoch",
        "the scheduler steps once an epoch",
        "The poly schedule falls a little after every iteration, not with every epoch (handout, part 6).",
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
        "Then the first learning rate is never used: the scheduler steps after the optimizer, for the next iteration.",
        _STEP,
        "        scheduler.step()\n" + _STEP.removesuffix("        scheduler.step()\n"),
    ),
    Edit(
        "6-aux-weight-not-passed-on",
        "the weight of the auxiliary loss does not reach the loss",
        "An argument that is taken and not used: `train_one_epoch` has a weight for the auxiliary loss.",
        "segmentation_loss(model(images), target, aux_weight)",
        "segmentation_loss(model(images), target)",
    ),
    Edit(
        "6-first-batch-only",
        "training ends after the first batch",
        "A `return` inside the loop leaves it: look at the indentation.",
        "    return (total / images_seen).item()\n",
        "        return (total / images_seen).item()\n",
    ),
    Edit(
        "6-last-batch-skipped",
        "a last, smaller batch is left out of the training",
        "Which batches there are is the loader's choice: train on all that it gives.",
        "        with autocast():\n",
        "        if len(images) < loader.batch_size:\n            break\n        with autocast():\n",
    ),
    Edit(
        "6-void-batch-skipped",
        "a batch without labels is left out, and the scheduler does not step",
        "The schedule is planned for all iterations: one without labels costs nothing, and counts all the same.",
        "        with autocast():\n",
        "        if (target == 255).all():\n            continue\n        with autocast():\n",
    ),
    Edit(
        "6-images-not-moved",
        "images are not moved to the device in training",
        "The model is on a GPU, and so must be what goes in: images and targets (handout, part 6).",
        "images.to(device, non_blocking=True), target.to(device, non_blocking=True)\n        with autocast()",
        "images, target.to(device, non_blocking=True)\n        with autocast()",
    ),
    Edit(
        "6-targets-not-moved",
        "targets are not moved to the device in training",
        "The loss compares logits with targets, and both must be on one device: images and targets (handout, part 6).",
        "images.to(device, non_blocking=True), target.to(device, non_blocking=True)\n        with autocast()",
        "images.to(device, non_blocking=True), target\n        with autocast()",
    ),
    Edit(
        "6-moved-in-vain",
        "what was moved to the device is thrown away, and training goes on with the rest",
        "A tensor stays where it is; only modules move in place. Where is the copy that was made?",
        """        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast()""",
        """        images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast()""",
    ),
    Edit(
        "6-no-autocast",
        "the context for half precision is not entered",
        "An argument that is taken and not used: forward pass and loss run in `autocast()` (handout, part 6).",
        "with autocast():",
        "with nullcontext():",
    ),
    Edit(
        "6-one-autocast",
        "one context for half precision is used for all batches",
        "A context that was left may not be entered again: ask for a new one for each batch (handout, part 6).",
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
        "the loss is computed outside the context for half precision",
        "In the context, PyTorch sees to it that a loss is computed in float32; outside nobody does (handout, part 6).",
        "            loss = segmentation_loss(model(images), target, aux_weight)\n",
        "            outputs = model(images)\n        loss = segmentation_loss(outputs, target, aux_weight)\n",
    ),
    Edit(
        "6-no-scaler",
        "the scaler is not used",
        "Small gradients vanish in half precision: with a scaler, three calls replace two of yours (handout, part 6).",
        "        if scaler is None:\n",
        "        if True:\n",
    ),
    Edit(
        "6-scaler-not-updated",
        "the scaler is never updated",
        "A scale that was too large must shrink for the next batch: three calls, not two (handout, part 6).",
        "            scaler.update()\n",
        "",
    ),
    Edit(
        "6-loss-not-scaled",
        "the loss is not scaled, but the scaler steps",
        "What the scaler divides out again before its step, it has to multiply in first (handout, part 6).",
        "            scaler.scale(loss).backward()\n",
        "            loss.backward()\n",
    ),
    Edit(
        "6-optimizer-steps-itself",
        "the loss is scaled, but the optimizer steps itself",
        "The gradients are still multiplied by the scale: the step is the scaler's too (handout, part 6).",
        "            scaler.step(optimizer)\n",
        "            optimizer.step()\n",
    ),
    Edit(
        "6-mean-per-batch",
        "the loss is averaged over batches, not over images",
        "A last batch with half as many images counts half (handout, part 6).",
        "        total += loss.detach() * len(images)\n        images_seen += len(images)\n",
        "        total += loss.detach()\n        images_seen += 1\n",
    ),
    Edit(
        "6-mean-per-pixel",
        "a batch counts in the mean loss by its labelled pixels, not by its images",
        "It is the mean per image: a batch counts by the number of its images, void or not (handout, part 6).",
        "        total += loss.detach() * len(images)\n        images_seen += len(images)\n",
        "        total += loss.detach() * (target != 255).sum()\n        images_seen += (target != 255).sum()\n",
    ),
    Edit(
        "6-sum-of-losses",
        "the sum of the losses is returned",
        "A sum grows with the data set: divide by the number of images (handout, part 6).",
        "return (total / images_seen).item()",
        "return total.item()",
    ),
    Edit(
        "6-last-loss",
        "the loss of the last batch is returned",
        "One batch says little about an epoch: it is the mean over all images (handout, part 6).",
        "return (total / images_seen).item()",
        "return loss.item()",
    ),
    Edit(
        "6-mean-is-tensor",
        "the mean loss is a tensor",
        "A number for a curve or a JSON file is a plain float: the signature says what is returned.",
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
        "In training mode, dropout is on and a prediction depends on the other images of its batch (handout, part 6).",
        "    model.eval()\n",
        "",
    ),
    Edit(
        "6-mode-not-restored",
        "the model is left in eval mode",
        "Whoever called `evaluate` in the middle of training goes on: give the model back as it was (handout, part 6).",
        "    model.train(was_training)\n",
        "",
    ),
    Edit(
        "6-always-back-to-training",
        "the model is in training mode after an evaluation, whatever mode it was in",
        "It may have come in eval mode, to be evaluated twice: give it back as it was (handout, part 6).",
        "model.train(was_training)",
        "model.train()",
    ),
    Edit(
        "6-gradients-in-evaluation",
        "evaluation keeps what gradients would need",
        "Eval mode changes layers, not gradients: without an order to the contrary, every map is kept in memory.",
        _LOOP,
        _BARE_LOOP,
    ),
    Edit(
        "6-gradients-left-off",
        "gradients are switched off for the evaluation and not on again",
        "The next training step needs them: switch them off for a block, not for good.",
        _LOOP,
        f"    torch.set_grad_enabled(False)\n{_BARE_LOOP}",
    ),
    Edit(
        "6-partial-batch-dropped",
        "a last, smaller batch is not evaluated",
        "Every image counts: the last batch has fewer, but it has some (handout, part 6).",
        "            prediction = model",
        "            if len(images) < loader.batch_size:\n                break\n            prediction = model",
    ),
    Edit(
        "6-images-not-moved-in-evaluation",
        "images are not moved to the device in evaluation",
        "On a GPU, what goes into the model must be there too, in evaluation as in training (handout, part 6).",
        "images.to(device, non_blocking=True), target.to(device, non_blocking=True)\n            prediction",
        "images, target.to(device, non_blocking=True)\n            prediction",
    ),
    Edit(
        "6-matrix-overwritten",
        "the matrix of the last batch is returned",
        "Matrices add up over the batches: do not lose those that came before (handout, part 5).",
        "matrix += confusion_matrix",
        "matrix = confusion_matrix",
    ),
    Edit(
        "6-matrix-of-floats",
        "the matrix is float32",
        "float32 cannot count beyond 2^24, and zeros are floats if nothing else is asked for: counts are int64.",
        "torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)",
        "torch.zeros(num_classes, num_classes, device=device)",
    ),
    Edit(
        "6-matrix-averaged",
        "the matrix is divided by the number of batches",
        "Counts are a sum: shares come later, from the total (handout, part 5).",
        "    return matrix\n",
        "    return matrix / len(loader)\n",
    ),
    Edit(
        "6-matrix-arguments-exchanged",
        "target and prediction are exchanged on their way into the matrix",
        "Part 5 takes the prediction first, and looks for void in the target (handout, part 5).",
        "confusion_matrix(prediction, target, num_classes)",
        "confusion_matrix(target, prediction, num_classes)",
    ),
    Edit(
        "6-argmax-over-the-width",
        "the class is taken as the largest along the last dimension, which is the width",
        "Logits are (N, K, H, W): along which dimension lie the classes?",
        _PREDICT,
        'model(images)["out"].argmax(dim=-1)',
    ),
    Edit(
        "6-only-sure-pixels",
        "pixels without a probability above one half become class 0",
        "With eleven classes, the best may well have less than one half: the largest logit wins, however small.",
        _PREDICT,
        '(model(images)["out"].softmax(dim=1) > 0.5).int().argmax(dim=1)',
    ),
    Edit(
        "6-only-positive-logits",
        "pixels without a positive logit become class 0",
        "Logits may all be negative, and only their order counts: a threshold belongs to problems with two classes.",
        _PREDICT,
        '(model(images)["out"] > 0).int().argmax(dim=1)',
    ),
)

MISTAKES = (*_LOSS, *_RATES, *_TRAINING, *_EVALUATION)
