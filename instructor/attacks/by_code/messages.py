"""Attacks by the bytes of an answer: small ones that would take much of the reader's memory."""

from instructor.attacks.attack import Attack, called, returning

_FORGED = """
import json, os, struct
def message(header, data=b""):
    header = header.encode() if isinstance(header, str) else json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header + data
def answer(structure, arrays=(), data=b""):
    text = json.dumps(structure).encode() if not isinstance(structure, bytes) else structure
    header, end = {"structure": {"dtype": "U8", "shape": [len(text)], "data_offsets": [0, len(text)]}}, len(text)
    for name, dtype, shape, size in arrays:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    return message(header, text + data)
def hand_over(forged):
    for number in range(3, 64):
        try: os.write(number, len(forged).to_bytes(8, "big"))
        except OSError: continue
        reached("a forged answer")
        rest = memoryview(forged)
        while rest:
            try: rest = rest[os.write(number, rest):]
            except OSError: break
    os._exit(0)
"""


def _handing_over(forged: str) -> str:
    """Return the code of a part that sends forged bytes instead of an answer."""
    return called(f"{_FORGED}\ndef attack(*a, **k):\n    hand_over({forged})\n")


ATTACKS = (
    Attack(
        "tensors-without-bytes",
        "returns a million tensors without a value",
        returning("[torch.zeros(0)] * 10**6"),
    ),
    Attack(
        "names-without-bytes",
        "sends a header of a million names and no data",
        _handing_over('answer([], [(f"n{i}", "U8", [0], 0) for i in range(600_000)])'),
    ),
    Attack(
        "long-shape",
        "sends an array of as many dimensions as fit",
        _handing_over('answer({"dict": {"value": {"array": "0"}}}, [("0", "U8", [1] * 20_000_000, 1)], b"x")'),
    ),
    Attack(
        "one-array-many-times",
        "sends one array, and a structure that holds it thirty thousand times",
        _handing_over(
            'answer({"dict": {"value": [{"array": "0"}] * 30_000}}, [("0", "U8", [2**24], 2**24)], bytes(2**24))'
        ),
    ),
    Attack(
        "deep-structure",
        "sends a list in a list in a list, as deep as fits",
        _handing_over('answer(b"[" * 500_000)'),
    ),
    Attack(
        "long-structure",
        "sends a list of as many numbers as fit into an answer",
        _handing_over('answer(b"[" + b"0," * 30_000_000 + b"0]")'),
    ),
    Attack(
        "header-beyond-the-message",
        "sends a header that says to be longer than the message",
        _handing_over('struct.pack("<Q", 2**62) + b"{}"'),
    ),
    Attack(
        "wide-answers",
        "returns tensors that are as large as an answer may be, over and over",
        returning("torch.zeros(60_000_000, dtype=torch.uint8)"),
    ),
    Attack(
        "two-answers",
        "answers each question twice, for the next one too",
        called(
            _FORGED
            + """
def attack(*a, **k):
    forged = answer({"dict": {"value": 1.0}})
    for number in range(3, 64):
        try: os.write(number, len(forged).to_bytes(8, "big") + forged)
        except OSError: continue
        reached("answered before")
    return -1.0
"""
        ),
    ),
    Attack(
        "closed-files",
        "closes all files that it has, and goes on",
        called(
            """
import os, time
def attack(*a, **k):
    reached("closed")
    os.closerange(0, 1000)
    time.sleep(1000)
"""
        ),
    ),
)
