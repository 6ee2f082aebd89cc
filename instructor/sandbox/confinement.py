"""What a child in the sandbox gives up before it runs student code."""

import contextlib
import ctypes
import errno
import os
import resource
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from instructor.sandbox.limits import Limits
else:  # in the sandbox it lies beside this file, and there is no instructor package
    from limits import Limits

# What no part needs: the network, other processes and their memory, other programs, namespaces, and much of the kernel.
FORBIDDEN = (  # noqa: SIM905  fifty lines otherwise
    "fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_open pidfd_getfd "
    "mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick pivot_root chroot unshare setns mount_setattr "
    "keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register "
    "shmget msgget semget mq_open memfd_create memfd_secret personality kexec_load kexec_file_load "
    "init_module finit_module delete_module open_by_handle_at name_to_handle_at setdomainname sethostname settimeofday "
    "clock_settime adjtimex reboot swapon connect acct quotactl syslog vhangup "
    "setpriority sched_setscheduler sched_setattr sched_setaffinity ioprio_set"
).split()
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
CLONE_THREAD = 0x10000
INT = 0xFFFFFFFF  # the bits that the kernel reads of an argument that is an int
CAPABILITIES = 64  # more than any kernel has
CAPABILITY_VERSION = 0x20080522  # of the structures that capset takes
_LIBC = ctypes.CDLL(None, use_errno=True)


def protect_memory() -> None:
    """Keep other processes of this user out of this process: its memory, its open files, its environment."""
    _prctl(PR_SET_DUMPABLE, 0)


def end_with_parent() -> None:
    """Let the kernel kill this process when its parent ends."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def make_filter() -> Any:
    """Make a filter of system calls that refuses what no part needs; None where there is no libseccomp."""
    try:
        import pyseccomp as seccomp

        calls = seccomp.SyscallFilter(seccomp.ALLOW)
    except (ImportError, OSError, RuntimeError):
        return None
    refuse = seccomp.ERRNO(errno.EPERM)
    for name in FORBIDDEN:
        with contextlib.suppress(Exception):  # a name that this kernel's table does not have cannot be called
            calls.add_rule(refuse, name)

    def refuse_if(name: str, argument: int, mask: int, value: int) -> None:
        calls.add_rule(refuse, name, seccomp.Arg(argument, seccomp.MASKED_EQ, mask, value))

    calls.add_rule(refuse, "socket", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
    for option in (PR_SET_PDEATHSIG, PR_SET_DUMPABLE):  # it would outlive the server; it would unlock oom_score_adj
        refuse_if("prctl", 0, INT, option)
    refuse_if("clone", 0, CLONE_THREAD, 0)
    calls.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen; clone is used instead
    return calls


def confine(limits: Limits, keep: int, calls: Any) -> None:
    """Give up everything in this process that a test does not need.

    Args:
        limits: what it may use.
        keep: the only open file that stays, besides standard input, output and error.
        calls: the filter of system calls, if there is one.
    """
    os.setsid()
    os.closerange(3, keep)
    os.closerange(keep + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _prctl(PR_SET_DUMPABLE, 1)  # otherwise the next file belongs to root; nobody else runs here yet
    Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this process is the first to go
    status = Path("/proc/self/status").read_text()
    private, mapped = (int(status.split(f"{name}:")[1].split()[0]) * 1024 for name in ("VmData", "VmSize"))
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_DATA, private + limits.memory),
        (resource.RLIMIT_AS, mapped + limits.memory),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, limits.threads),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    if limits.user is not None:
        os.setgroups([])
        os.setresgid(limits.user, limits.user, limits.user)
        os.setresuid(limits.user, limits.user, limits.user)
    _drop_capabilities()
    protect_memory()
    end_with_parent()  # a change of user would forget it
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    if calls is not None:
        calls.load()


def _drop_capabilities() -> None:
    """Give up all rights of root, also those of root in a namespace."""
    for capability in range(CAPABILITIES):
        _LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # refused where there are none to drop
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    check(_LIBC.capset(header, (ctypes.c_uint32 * 6)()))


def check(status: int) -> None:
    """Raise the error of a call to the C library that has failed."""
    if status:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _prctl(option: int, value: int) -> None:
    check(_LIBC.prctl(option, value, 0, 0, 0))
