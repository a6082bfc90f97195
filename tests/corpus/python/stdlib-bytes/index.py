import base64
import binascii
import gzip
import hashlib
import hmac
import io
import pickle
import secrets
import struct
import uuid
import zipfile
import zlib


def handler(event, context):
    data = b"the quick brown fox " * 50
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a/b.txt", "content")
    with zipfile.ZipFile(archive) as source:
        names, content = source.namelist(), source.read("a/b.txt").decode()
    return {
        "base64": [base64.b64encode(b"\xff\xfe").decode(), base64.urlsafe_b64decode("__4=").hex(), base64.b32encode(b"a").decode()],
        "hashes": {name: hashlib.new(name, data).hexdigest() for name in ["md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"]},
        "hmac": hmac.new(b"key", data, "sha256").hexdigest(),
        "same": hmac.compare_digest("a", "a"),
        "pbkdf2": hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 100).hex(),
        "zlib": zlib.decompress(zlib.compress(data)) == data,
        "gzip": gzip.decompress(gzip.compress(data)) == data,
        "crc32": [zlib.crc32(data), binascii.crc32(b"a")],
        "struct": [struct.pack(">IhQ", 1, -2, 3).hex(), struct.unpack("<d", struct.pack("<d", 1.5))],
        "uuid": [str(uuid.uuid5(uuid.NAMESPACE_DNS, "example.com")), uuid.uuid4().version, uuid.UUID(int=5).hex],
        "secrets": [len(secrets.token_hex(8)), len(secrets.token_urlsafe(16)) > 20],
        "zip": [names, content],
        "pickle": pickle.loads(pickle.dumps({"a": (1, {2})})) == {"a": (1, {2})},
        "int": [int.from_bytes(b"\x01\x00", "big"), (1000).to_bytes(2, "little").hex(), bytes.fromhex("00ff").hex(":")],
    }
