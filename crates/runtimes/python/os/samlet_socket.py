"""The module `_socket`: connections that speak HTTP with the host, which is the only network that there is.

What is written to a connection is read as HTTP requests. The host makes the call that each of them asks for, and the
answer is what the connection reads. So `http.client`, and all that stands on it, works as it is.
"""

import _samlet
from _socket import *  # noqa: F403 the constants

error, timeout = OSError, TimeoutError
has_ipv6 = False


#: What a sandbox of Lambda is called.
HOST_NAME, OWN_ADDRESS = "169.254.100.6", "169.254.100.6"
NOT_KNOWN = (-2, "Name or service not known")
LOCAL = frozenset(["localhost", "sandbox.localdomain", "sandbox"])
DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".amazoncognito.com", ".cloudfront.net")
MISSING = {
    "AF_UNSPEC": 0, "AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "SOCK_STREAM": 1, "SOCK_DGRAM": 2, "SOCK_RAW": 3,
    "SOCK_CLOEXEC": 0o2000000, "SOCK_NONBLOCK": 0o4000, "SOL_SOCKET": 1, "SO_REUSEADDR": 2, "SO_ERROR": 4,
    "SO_BROADCAST": 6, "SO_SNDBUF": 7, "SO_RCVBUF": 8, "SO_KEEPALIVE": 9, "SO_LINGER": 13, "SO_REUSEPORT": 15,
    "IPPROTO_IP": 0, "IPPROTO_ICMP": 1, "IPPROTO_TCP": 6, "IPPROTO_UDP": 17, "IPPROTO_IPV6": 41, "TCP_NODELAY": 1,
    "TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 6, "TCP_USER_TIMEOUT": 18, "SHUT_RD": 0, "SHUT_WR": 1,
    "SHUT_RDWR": 2, "AI_PASSIVE": 1, "AI_CANONNAME": 2, "AI_NUMERICHOST": 4, "AI_ADDRCONFIG": 0x20, "NI_NUMERICHOST": 1,
    "NI_NUMERICSERV": 2, "EAI_AGAIN": -3, "EAI_FAIL": -4, "EAI_NONAME": -2, "EAI_SERVICE": -8, "MSG_PEEK": 2,
    "MSG_DONTWAIT": 0x40, "MSG_NOSIGNAL": 0x4000, "SOMAXCONN": 4096, "INADDR_ANY": 0, "INADDR_LOOPBACK": 0x7F000001,
    "IPV6_V6ONLY": 26,
}  # fmt: skip
for _name, _value in MISSING.items():
    globals().setdefault(_name, _value)


class herror(OSError):
    """A failure to find an address."""


class gaierror(OSError):
    """A failure to find a name."""


_timeout = None


def getdefaulttimeout():
    return _timeout


def setdefaulttimeout(value):
    global _timeout
    _timeout = value


class socket:
    """One connection."""

    __slots__ = ("_kind", "proto", "timeout", "_peer", "_secure", "_sent", "_answer", "_is_open", "_served")

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        self._kind = AF_INET if family == -1 else int(family), SOCK_STREAM if type == -1 else int(type)  # noqa: F405
        self.proto = 0 if proto == -1 else int(proto)
        self.timeout = _timeout
        self._peer, self._secure, self._sent, self._answer = None, False, bytearray(), bytearray()
        self._is_open, self._served = True, False

    @property
    def family(self):
        return self._kind[0]

    @property
    def type(self):
        return self._kind[1]

    def connect(self, address):
        self._peer = address

    def connect_ex(self, address):
        self.connect(address)
        return 0

    def bind(self, address):
        """Nobody can reach a function."""

    def listen(self, backlog=0):
        raise PermissionError(1, "Operation not permitted")

    def _accept(self):
        raise PermissionError(1, "Operation not permitted")

    def send(self, data, flags=0):
        self._check()
        self._sent += data
        return len(data)

    def sendall(self, data, flags=0):
        self.send(memoryview(data).cast("B") if isinstance(data, memoryview) else data)

    def sendto(self, data, *rest):
        """Datagrams get lost, as they may."""
        return len(data)

    def recv(self, size, flags=0):
        self._check()
        if not self._answer and self._sent:
            self._exchange()
        if not self._answer and not self._sent and not self._served:
            raise ConnectionResetError(104, "Connection reset by peer")
        taken = bytes(self._answer[:size])
        if not flags & MSG_PEEK:  # noqa: F405
            del self._answer[:size]
        return taken

    def recv_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size, flags=0):
        raise TimeoutError("timed out")

    def _check(self):
        if not self._is_open:
            raise OSError(9, "Bad file descriptor")
        if self._peer is None:
            raise OSError(107, "Transport endpoint is not connected")

    def _exchange(self):
        """Makes the call that the first request asks for."""
        method, target, headers, body, end = _request(bytes(self._sent))
        del self._sent[:end]
        self._served = True
        host = next((value for name, value in headers if name.lower() == "host"), None) or self._authority()
        url = target if "://" in target else f"{'https' if self._secure else 'http'}://{host}{target}"
        try:
            status, found, content = _samlet.http(method, url, headers, body)
        except OSError as failure:
            if "ENOTFOUND" in str(failure):
                raise gaierror(*NOT_KNOWN) from None
            raise ConnectionRefusedError(111, "Connection refused") from None
        self._answer += _response(method, status, found, content)

    def _authority(self):
        host, port = self._peer[:2]
        return str(host) if port in (80, 443) else f"{host}:{port}"

    def close(self):
        self._is_open = False

    def detach(self):
        self._is_open = False
        return -1

    def shutdown(self, how):
        """There is nobody to tell."""

    def fileno(self):
        return -1

    def settimeout(self, value):
        self.timeout = value

    def gettimeout(self):
        return self.timeout

    def setblocking(self, flag):
        self.timeout = None if flag else 0.0

    def getblocking(self):
        return self.timeout != 0.0

    def setsockopt(self, *_):
        """Every option is as good as another here."""

    def getsockopt(self, level, name, size=0):
        return bytes(size) if size else 0

    def getpeername(self):
        if self._peer is None:
            raise OSError(107, "Transport endpoint is not connected")
        return self._peer

    def getsockname(self):
        return (OWN_ADDRESS, 40000)


SocketType = socket


def _request(data):
    """The first request in some bytes: method, target, headers, body, and where it ends."""
    end = data.find(b"\r\n\r\n")
    lines = data[: max(end, 0)].decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if end < 0 or len(words) != 3 or not words[2].startswith("HTTP/"):
        raise ConnectionResetError(104, "Connection reset by peer")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    by_name = {name.lower(): value for name, value in headers}
    body, at = b"", end + 4
    if "chunked" in by_name.get("transfer-encoding", ""):
        body, at = _chunks(data, at)
    else:
        size = int(by_name.get("content-length") or 0)
        body, at = data[at : at + size], at + size
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_CONNECTION]
    return words[0], words[1], kept, body, at


_OF_CONNECTION = frozenset(["connection", "transfer-encoding", "expect", "content-length", "te", "upgrade"])


def _chunks(data, at):
    parts = []
    while True:
        line = data.index(b"\r\n", at)
        size = int(data[at:line].split(b";")[0], 16)
        if size == 0:
            return b"".join(parts), data.index(b"\r\n", line + 2) + 2
        parts.append(data[line + 2 : line + 2 + size])
        at = line + 2 + size + 2


def _response(method, status, headers, content):
    from http import HTTPStatus

    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    lines = [f"HTTP/1.1 {status} {reason}"]
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _OF_CONNECTION]
    if status >= 200 and status not in (204, 304):
        lines.append(f"content-length: {len(content)}")
    lines.append("connection: close")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if method == "HEAD" else head + content


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """A name of AWS's is its own address: the host of this sandbox knows what it means. There are no others."""
    host = host.decode() if isinstance(host, bytes) else host or "127.0.0.1"
    if host.strip("0123456789.") and ":" not in host and host not in LOCAL and not host.endswith(DOMAINS):
        raise gaierror(*NOT_KNOWN)
    if isinstance(port, (str, bytes)):
        port = int(port) if str(port).isdigit() else getservbyname(port)
    return [(AF_INET, SOCK_STREAM, 6, "", (host, port or 0))]  # noqa: F405


def getnameinfo(address, flags):
    return str(address[0]), str(address[1])


def gethostname():
    return HOST_NAME


def gethostbyname(name):
    if name in (HOST_NAME, "localhost") or name.replace(".", "").isdigit():
        return "127.0.0.1" if name == "localhost" else name
    raise gaierror(*NOT_KNOWN)


def gethostbyname_ex(name):
    return name, [], [gethostbyname(name)]


def gethostbyaddr(address):
    raise herror(1, "Unknown host")


def getservbyname(name, protocol="tcp"):
    ports = {"http": 80, "https": 443, "ssh": 22, "smtp": 25, "ftp": 21, "domain": 53}
    if name not in ports:
        raise OSError("service/proto not found")
    return ports[name]


def inet_aton(text):
    parts = [int(part) for part in text.split(".")]
    if len(parts) != 4 or not all(0 <= part < 256 for part in parts):
        raise OSError("illegal IP address string passed to inet_aton")
    return bytes(parts)


def inet_ntoa(packed):
    return ".".join(str(byte) for byte in packed)


def inet_pton(family, text):
    import ipaddress

    try:
        return (ipaddress.IPv4Address if family == AF_INET else ipaddress.IPv6Address)(text).packed  # noqa: F405
    except ValueError:
        raise OSError("illegal IP address string passed to inet_pton") from None


def inet_ntop(family, packed):
    import ipaddress

    return str(ipaddress.ip_address(packed))


def htons(value):
    return int.from_bytes(value.to_bytes(2, "little"), "big")


def htonl(value):
    return int.from_bytes(value.to_bytes(4, "little"), "big")


ntohs, ntohl = htons, htonl


def close(number):
    """No descriptor is a socket's."""


def dup(number):
    raise OSError(9, "Bad file descriptor")


def socketpair(*_):
    raise PermissionError(1, "Operation not permitted")


def if_nameindex():
    return [(1, "lo")]
