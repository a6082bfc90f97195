"""What programs set about TLS. The connections themselves are the host's."""

import enum

CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED = 0, 1, 2
PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER, PROTOCOL_TLSv1_2 = 2, 16, 17, 5
OP_ALL, OP_NO_SSLv2, OP_NO_SSLv3, OP_NO_COMPRESSION, OP_NO_TICKET = 0x80000050, 0, 0x2000000, 0x20000, 0x4000
OP_NO_TLSv1, OP_NO_TLSv1_1 = 0x4000000, 0x10000000
VERIFY_DEFAULT, VERIFY_X509_STRICT, VERIFY_X509_PARTIAL_CHAIN = 0, 0x20, 0x80000
HAS_SNI = HAS_ALPN = HAS_TLSv1_2 = HAS_TLSv1_3 = True
HAS_NEVER_CHECK_COMMON_NAME = True
OPENSSL_VERSION = "OpenSSL 3.0.0"
OPENSSL_VERSION_INFO = (3, 0, 0, 0, 0)
OPENSSL_VERSION_NUMBER = 0x30000000


class TLSVersion(enum.IntEnum):
    MINIMUM_SUPPORTED = -2
    TLSv1 = 769
    TLSv1_1 = 770
    TLSv1_2 = 771
    TLSv1_3 = 772
    MAXIMUM_SUPPORTED = -1


class SSLError(OSError):
    """A failure of TLS."""


class SSLCertVerificationError(SSLError, ValueError):
    """A certificate that is not trusted."""


class SSLWantReadError(SSLError):
    """There is nothing to read yet."""


class SSLWantWriteError(SSLError):
    """There is no room to write yet."""


class SSLZeroReturnError(SSLError):
    """The other side has closed."""


class SSLSyscallError(SSLError):
    """The operating system has failed."""


class SSLEOFError(SSLError):
    """The other side is gone."""


CertificateError = SSLCertVerificationError


class SSLContext:
    """Settings that are kept."""

    def __init__(self, protocol=PROTOCOL_TLS_CLIENT, *_, **__):
        self.protocol = protocol
        self.check_hostname = protocol == PROTOCOL_TLS_CLIENT
        self.verify_mode = CERT_REQUIRED if self.check_hostname else CERT_NONE
        self.verify_flags, self.options = VERIFY_DEFAULT, OP_ALL
        self.minimum_version, self.maximum_version = TLSVersion.TLSv1_2, TLSVersion.MAXIMUM_SUPPORTED

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        pass

    def load_default_certs(self, purpose=None):
        pass

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        raise SSLError("client certificates are not available here")

    def set_ciphers(self, ciphers):
        pass

    def set_alpn_protocols(self, protocols):
        pass

    def wrap_socket(self, *_, **__):
        raise SSLError("sockets are not available here")


class Purpose(enum.Enum):
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"


def create_default_context(purpose=Purpose.SERVER_AUTH, *, cafile=None, capath=None, cadata=None):
    return SSLContext(PROTOCOL_TLS_CLIENT if purpose is Purpose.SERVER_AUTH else PROTOCOL_TLS_SERVER)


def _create_unverified_context(*_, **__):
    context = SSLContext()
    context.check_hostname, context.verify_mode = False, CERT_NONE
    return context


_create_default_https_context = create_default_context


class SSLSocket:
    """None is ever made."""


class SSLObject:
    """None is ever made."""


class MemoryBIO:
    """None is ever made."""

    def __init__(self):
        raise SSLError("TLS without a socket is not available here")
