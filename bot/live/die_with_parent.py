"""Runs a program that the kernel kills when the process that started it is gone, kill -9 included.

As a script: `python die_with_parent.py PARENT_PID PROGRAM ARGUMENT…`. It asks Linux for SIGKILL at
the parent's death (prctl PR_SET_PDEATHSIG, prctl(2); kept over execve) and becomes PROGRAM. Why not
`preexec_fn`: it runs Python between fork and exec, which may deadlock in a process with threads, and
ours has them. Why not setpriv(1): it does not notice a parent that died before it asked.

The kernel means the *thread* that started the child: start it from the main thread's event loop,
not from an executor. On macOS, where there is no such call, the program just runs.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def command(program: str, *arguments: str) -> Sequence[str]:
    """Return the argument vector that runs `program` so that it dies with the calling process."""
    return [sys.executable, "-I", "-S", os.path.abspath(__file__), str(os.getpid()), program, *arguments]  # noqa: PTH100


def main(arguments: list[str]) -> None:
    """Tie this process to its parent and become the program."""
    parent, program = int(arguments[0]), arguments[1]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked: nobody would ever tell us
            sys.exit(1)
    os.execv(program, arguments[1:])  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    main(sys.argv[1:])
