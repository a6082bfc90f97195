"""Locks on files: there is nobody else to hold one."""

LOCK_SH, LOCK_EX, LOCK_NB, LOCK_UN = 1, 2, 4, 8
F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW = 0, 1, 2, 3, 4, 5, 6, 7
FD_CLOEXEC = 1
F_RDLCK, F_WRLCK, F_UNLCK = 0, 1, 2


def flock(fd, operation):
    pass


def lockf(fd, cmd, len=0, start=0, whence=0):
    pass


def fcntl(fd, cmd, arg=0):
    return arg if isinstance(arg, bytes) else 0


def ioctl(fd, request, arg=0, mutate_flag=True):
    raise OSError(25, "Inappropriate ioctl for device")
