"""What programs set about TLS. The connections themselves are the host's."""

import enum
import socket
from collections import namedtuple

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
        self.post_handshake_auth, self.hostname_checks_common_name = False, False
        self.keylog_filename, self.sni_callback, self.session_stats = None, None, dict

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

    def set_npn_protocols(self, protocols):
        pass

    def set_default_verify_paths(self):
        pass

    def get_ca_certs(self, binary_form=False):
        return []

    def cert_store_stats(self):
        return {"x509": 0, "crl": 0, "x509_ca": 0}

    def get_ciphers(self):
        return []

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True,
                    server_hostname=None, session=None):  # fmt: skip
        """The same connection; what it asks the host for is `https` from now on."""
        wrapped = SSLSocket(sock.family, sock.type, sock.proto)
        wrapped._peer, wrapped.timeout, wrapped._secure = sock._peer, sock.timeout, True
        wrapped.context, wrapped.server_hostname = self, server_hostname
        sock._is_open = False
        return wrapped


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

DefaultVerifyPaths = namedtuple(
    "DefaultVerifyPaths", "cafile capath openssl_cafile_env openssl_cafile openssl_capath_env openssl_capath"
)


def get_default_verify_paths():
    folder = "/etc/pki/tls"
    return DefaultVerifyPaths(None, f"{folder}/certs", "SSL_CERT_FILE", f"{folder}/cert.pem", "SSL_CERT_DIR", f"{folder}/certs")


def cert_time_to_seconds(text):
    import calendar
    import time

    return calendar.timegm(time.strptime(text, "%b %d %H:%M:%S %Y GMT"))


class SSLSocket(socket.socket):
    """A connection that the host secures."""

    def do_handshake(self, block=False):
        pass

    def getpeercert(self, binary_form=False):
        return b"" if binary_form else {"subjectAltName": (("DNS", self.server_hostname),)}

    def version(self):
        return "TLSv1.3"

    def cipher(self):
        return "TLS_AES_128_GCM_SHA256", "TLSv1.3", 128

    def selected_alpn_protocol(self):
        return None

    def selected_npn_protocol(self):
        return None

    def compression(self):
        return None

    def unwrap(self):
        return self

    def pending(self):
        return len(self._answer)


class SSLObject:
    """None is ever made."""


class MemoryBIO:
    """None is ever made."""

    def __init__(self):
        raise SSLError("TLS without a socket is not available here")
