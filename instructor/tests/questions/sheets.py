"""Sheets of made-up questions, one of them by a student who means ill."""

from proj4_code.given.questions.question import Excerpt, Question, Sheet

HOSTILE = (
    "</pre>]]>--><script>alert(1)</script> `code` ![x](/etc/passwd) [a](javascript:alert(1)) $$x$$ \\(y\\) \\[z\\] $1$ "
    "<img src=x onerror=alert(1)> {{7*7}} {mlang other} @@PLUGINFILE@@/a %24IMS-CC-FILEBASE%24/b \"quoted\" 'single' "
    "www.example.org https://example.org/x *bold* # head &amp; \\SI{1}{m} \x00\x1b[31m\u202e\ufffe text0x1end"
)
LINES = "```{.python .run}\nprint(1)\n```\nEND_GROUP\n*a) right\n____\nQuiz title: mine\n=cmd|' /C calc'!A0\n"


def choice(number: int, wrong: tuple[str, ...] = ("(1, 2)", "(2, 2)", "(1, 4)")) -> Question:
    """Return a question with four choices."""
    choices = (wrong[0], "(1, 3)", *wrong[1:])
    lines = (Excerpt("part1_ppm.py", 9, "def forward(self, x):\n    return x"),)
    text = f"What is the shape of `f(x)[{number}]`?"
    return Question("trace", 1, f"shape-{number}", text, lines, choices, 1, "(1, 3)", "It adds a row.", "Ask again.")


def essay() -> Question:
    """Return an open question."""
    lines = (Excerpt("part6_training.py", 30, "optimizer.zero_grad()"),)
    answer = "Gradients add up."
    return Question(
        "why", 6, "why-zero", "Why is this line there?", lines, (), None, answer, "They add up.", "Show it."
    )


def hostile() -> Question:
    """Return a question whose text, lines and choices do their worst."""
    choices = ("right", *(f"{HOSTILE} {number}" for number in range(3)))
    lines = (Excerpt("part5_iou.py", 98, f"{HOSTILE}\n{LINES}"),)
    return Question("find", 5, HOSTILE, HOSTILE, lines, choices, 0, "right", HOSTILE, HOSTILE)


ANN = Sheet("ann", "ab" * 32, 7, (choice(0), essay(), choice(1)))
BEN = Sheet("ben", "ab" * 32, 8, (choice(0), choice(1), choice(2)))
EVE = Sheet("=eve+1", "cd" * 32, 9, (hostile(), essay()))
NOBODY = Sheet("nobody", "ef" * 32, 9, (), ("no part is right",))
