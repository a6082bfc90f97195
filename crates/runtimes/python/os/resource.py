"""What a function may use, and what it has used: the sandbox holds both, and tells neither here."""

import time
from collections import namedtuple

RLIM_INFINITY = -1
RUSAGE_SELF, RUSAGE_CHILDREN = 0, -1
RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_CORE, RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_AS = 0, 1, 2, 3, 4, 6, 7, 9

error = OSError
struct_rusage = namedtuple(
    "struct_rusage",
    "ru_utime ru_stime ru_maxrss ru_ixrss ru_idrss ru_isrss ru_minflt ru_majflt ru_nswap ru_inblock ru_oublock"
    " ru_msgsnd ru_msgrcv ru_nsignals ru_nvcsw ru_nivcsw",
)


def getrusage(who):
    return struct_rusage(time.process_time(), 0.0, 65536, *[0] * 13)


def getrlimit(resource):
    return (1024, 1024) if resource == RLIMIT_NOFILE else (RLIM_INFINITY, RLIM_INFINITY)


def setrlimit(resource, limits):
    pass


def getpagesize():
    return 4096
