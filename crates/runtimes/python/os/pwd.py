"""The one user that functions run as."""

from collections import namedtuple

struct_passwd = namedtuple("struct_passwd", "pw_name pw_passwd pw_uid pw_gid pw_gecos pw_dir pw_shell")
_USER = struct_passwd("sbx_user1051", "x", 993, 990, "", "/home/sbx_user1051", "/sbin/nologin")


def getpwuid(uid):
    if uid != _USER.pw_uid:
        raise KeyError(f"getpwuid(): uid not found: {uid}")
    return _USER


def getpwnam(name):
    if name != _USER.pw_name:
        raise KeyError(f"getpwnam(): name not found: {name!r}")
    return _USER


def getpwall():
    return [_USER]
