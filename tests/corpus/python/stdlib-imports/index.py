import importlib

MODULES = """abc argparse array ast asyncio base64 binascii bisect bz2 calendar collections collections.abc concurrent.futures
configparser contextlib contextvars copy csv dataclasses datetime decimal difflib email email.message email.mime.multipart
email.mime.text email.utils enum errno fnmatch fractions functools glob graphlib gzip hashlib heapq hmac html html.parser
http http.client http.cookies importlib.metadata inspect io ipaddress itertools json keyword linecache locale logging
logging.config logging.handlers lzma math mimetypes numbers operator os os.path pathlib pickle pkgutil platform pprint
queue random re reprlib sched secrets select shlex shutil signal socket ssl stat statistics string struct subprocess sys
tarfile tempfile textwrap threading time timeit tomllib traceback types typing unicodedata unittest unittest.mock
urllib.error urllib.parse urllib.request uuid warnings weakref xml.etree.ElementTree zipfile zlib zoneinfo""".split()


def handler(event, context):
    absent = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except Exception as error:
            absent.append(f"{name}: {type(error).__name__}: {error}")
    return {"absent": absent, "tried": len(MODULES)}
