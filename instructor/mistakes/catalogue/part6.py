"""Known mistakes of part 6, training."""

from instructor.mistakes.edits import Edit

MISTAKES = (
    Edit(
        "6-no-aux",
        "the auxiliary loss is left out",
        "Section 4 of the paper: the loss of the auxiliary classifier is added, with a weight.",
        'if "aux" in outputs:',
        "if False:",
    ),
    Edit(
        "6-gradients-kept",
        "the gradients are never cleared",
        "`backward` adds to the gradients that are there: without clearing them, each step repeats all steps before.",
        "        optimizer.zero_grad()\n",
        "",
    ),
    Edit(
        "6-schedule-per-epoch",
        "the scheduler steps once an epoch",
        "The poly schedule falls with every iteration, not with every epoch (section 5.1).",
        "        scheduler.step()\n\n        total +=",
        "        total +=",
    ),
    Edit(
        "6-mode-not-restored",
        "the model is left in eval mode",
        "Whoever called `evaluate` in the middle of training goes on training: give the model back as it was.",
        "    model.train(was_training)\n",
        "",
    ),
)
