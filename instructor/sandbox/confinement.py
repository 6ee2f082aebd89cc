"""What a child in the sandbox gives up before it runs student code."""

import contextlib
import ctypes
import errno
import os
import resource
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instructor.sandbox.limits import Limits
else:  # in the sandbox it lies beside this file, and there is no instructor package
    from limits import Limits

# What no part needs: the network, other processes' memory, other programs, namespaces, and much of the kernel.
FORBIDDEN = (  # noqa: SIM905  fifty lines otherwise
    "execve execveat ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd "
    "mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick pivot_root chroot unshare setns "
    "keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register "
    "shmget msgget semget mq_open personality kexec_load kexec_file_load init_module finit_module delete_module "
    "open_by_handle_at name_to_handle_at setdomainname sethostname settimeofday clock_settime adjtimex reboot swapon "
    "connect acct quotactl syslog vhangup setpriority sched_setscheduler sched_setattr ioprio_set"
).split()
PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 38, 1, 4


def forbid_system_calls() -> bool:
    """Forbid this process, and those it starts, what no part needs; return False where that is not possible."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    try:
        import pyseccomp as seccomp

        calls = seccomp.SyscallFilter(seccomp.ALLOW)
    except (ImportError, OSError, RuntimeError):
        return False
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in FORBIDDEN:
        with contextlib.suppress(Exception):  # a name that this kernel's table does not have cannot be called
            calls.add_rule(refuse, name)
    calls.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
    calls.add_rule(refuse, "prctl", seccomp.Arg(0, seccomp.EQ, PR_SET_DUMPABLE))  # it would unlock oom_score_adj
    calls.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen; clone is used instead
    calls.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, 0x10000000, 0x10000000))  # CLONE_NEWUSER
    try:
        calls.load()
    except OSError:
        return False
    return True


def confine(limits: Limits, keep: int) -> None:
    """Give up everything in this process that a test does not need.

    Args:
        limits: what it may use.
        keep: the only open file that stays, besides standard input, output and error.
    """
    os.setsid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.closerange(3, keep)
    os.closerange(keep + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this process is the first to go
    status = Path("/proc/self/status").read_text()
    private, mapped = (int(status.split(f"{name}:")[1].split()[0]) * 1024 for name in ("VmData", "VmSize"))
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_DATA, private + limits.memory),
        (resource.RLIMIT_AS, mapped + limits.memory),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    if limits.user is not None:
        os.setgroups([])
        os.setresgid(limits.user, limits.user, limits.user)
        os.setresuid(limits.user, limits.user, limits.user)
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user forgets it


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
