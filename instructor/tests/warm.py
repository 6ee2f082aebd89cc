"""Programs in processes of their own that need not load torch, which takes longer than most of them run.

They are forked from one process that has loaded it and does nothing else. What Python reads only when it starts, such
as the encoding of the console, is as it was there: a test of that starts Python itself.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LOADED = ("torch", "torchvision.transforms.v2", "matplotlib.figure", "PIL.Image", "safetensors.torch")
LONGEST = 600  # seconds


def run_python(
    *arguments: object, cwd: Path, environment: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run `python -m MODULE ...` or `python -c CODE ...`, with -P in front or not.

    Raises:
        AssertionError: if it does not end in `LONGEST` seconds.
    """
    words = list(map(str, arguments))
    if sys.platform != "linux":
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    request = json.dumps({"words": words, "cwd": str(cwd), "environment": dict(environment)}).encode()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # two messages, however late they are read
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said, ours:
        with theirs:
            socket.send_fds(_server(), [request], [printed.fileno(), said.fileno(), theirs.fileno()])
        ours.settimeout(LONGEST)
        program = int(ours.recv(100))
        try:
            status = int(ours.recv(100))
        except TimeoutError:
            os.kill(program, signal.SIGKILL)
            raise AssertionError(f"runs longer than {LONGEST} s: python {' '.join(words)}") from None
        texts = []
        for file in (printed, said):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return subprocess.CompletedProcess(words, status, *texts)


@cache
def _server() -> socket.socket:
    """Start the process that is forked; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with theirs:
        command = [sys.executable, "-P", __file__, str(theirs.fileno())]
        subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment)
    return ours


def serve(control: socket.socket) -> None:
    """Fork a process for each program that is asked for, until nobody asks any more."""
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()  # what is loaded need not be looked through, and so copied, when a program ends
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the processes that wait for programs
    while True:
        request, files, *_ = socket.recv_fds(control, 1 << 20, 3)
        if not request:
            return
        if os.fork() == 0:
            control.close()
            _watch(json.loads(request), *files)
            return
        for file in files:
            os.close(file)


def _watch(request: dict, printed: int, said: int, client: int) -> None:
    """Run a program in a child, and tell the client its number and how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if (program := os.fork()) == 0:
        for target, source in enumerate((os.open(os.devnull, os.O_RDONLY), printed, said)):
            os.dup2(source, target)
        os.closerange(3, 64)
        _become(**request)
        return
    os.write(client, str(program).encode())
    _, status = os.waitpid(program, 0)
    os.write(client, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(words: list[str], cwd: str, environment: dict[str, str]) -> None:
    """Do in this process what Python does with these arguments."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if "OMP_NUM_THREADS" in environment:
        sys.modules["torch"].set_num_threads(int(environment["OMP_NUM_THREADS"]))
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    if words[0] == "-P":
        del words[0]
    else:
        sys.path.insert(0, cwd if words[0] == "-m" else "")
    option, what, *rest = words
    sys.argv[:] = [option, *rest]
    if option == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), sys.modules["__main__"].__dict__)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
