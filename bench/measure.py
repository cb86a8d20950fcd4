#!/usr/bin/python3
"""Runs one command and writes "status wall_seconds cpu_seconds peak_kB" into REPORT.

    measure.py OUT ERR REPORT COMMAND...

A process of its own: the peak memory that the system reports of a child is at least that of its parent, so the parent
has to be small.
"""

import os
import sys
import time

out, err, report, *command = sys.argv[1:]
mode = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
begin = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, 1, out, mode, 0o600), (os.POSIX_SPAWN_OPEN, 2, err, mode, 0o600)])
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - begin
with open(report, "w", encoding="ascii") as file:
    file.write(f"{os.waitstatus_to_exitcode(status)} {wall} {used.ru_utime + used.ru_stime} {used.ru_maxrss}\n")
