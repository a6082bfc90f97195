"""What `sam build` would do before: a copy of the project with the packages that its functions name."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from templates import LEFT_OUT, rendered

#: Layers of AWS's own account that public projects name, by a part of their ARNs: the packages that are in them.
OWN_LAYERS = {
    "AWSLambdaPowertoolsPython": ["aws-lambda-powertools", "aws-xray-sdk"],
    "AWSLambdaPowertoolsTypeScript": ["logger", "metrics", "tracer", "commons", "parameters"],
}
#: What the runtimes bring along, as Lambda's do.
OF_NODEJS = re.compile(r"^(@aws-sdk/(client-|lib-dynamodb$|util-dynamodb$)|aws-sdk$)")
OF_PYTHON = re.compile(r"^(boto3|botocore|s3transfer|jmespath|python-dateutil|urllib3|six)\b", re.I)
SECONDS_TO_INSTALL = 120
LARGEST = 60 << 20


class CannotBuild(Exception):
    """The packages of a function are not to be had, or are no use here."""


def copy(project, to):
    """Copies the folder of a project. Large files are data that no function's code needs to start."""
    source = project.path.parent
    for path in source.rglob("*"):
        inner = path.relative_to(source)
        if set(inner.parts) & (LEFT_OUT - {"node_modules"}) or not path.is_file() or path.stat().st_size > LARGEST:
            continue
        target = to / inner
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            text = rendered(path, path.read_text())
        except (UnicodeDecodeError, ValueError):
            shutil.copyfile(path, target)
        except Exception:
            target.write_text(path.read_text())
        else:
            target.write_text(text)
    (to / project.path.name).unlink()


def install(project, logical_id, stage, cache):
    """Puts the packages of a function or a layer beside its code."""
    named = project.folder(logical_id)
    if named is None:
        return
    folder = (stage / named).resolve()
    if not folder.is_relative_to(stage.resolve()):
        raise CannotBuild("its code lies outside of the project")
    if folder.is_file():
        return
    if not folder.is_dir():
        raise CannotBuild("its code is not in the repository")
    method = (project.resources[logical_id].get("Metadata") or {}).get("BuildMethod") or ""
    if method in ("makefile", "go1.x") or method.startswith("rust"):
        raise CannotBuild(f"it is built by {method}")
    layers = json.dumps(project.setting(logical_id, "Layers") or [])
    extra = [package for layer, packages in OWN_LAYERS.items() if layer in layers for package in packages]
    runtime = project.runtime(logical_id)
    if (folder / "requirements.txt").exists() or (extra and runtime.startswith("python")):
        _python(folder, cache, extra if runtime.startswith("python") else [])
    if not (folder / "node_modules").exists() and ((folder / "package.json").exists() or extra):
        _nodejs(folder, cache, extra if runtime.startswith("nodejs") else [])


def _nodejs(folder, cache, extra):
    package = folder / "package.json"
    wanted = (json.loads(package.read_text()).get("dependencies") or {}) if package.exists() else {}
    if all(OF_NODEJS.match(name) for name in wanted):
        # The runtime has them; beside others they are installed, as those may need the very packages.
        wanted = {}
    wanted.update({f"@aws-lambda-powertools/{name}": "2" for name in extra})
    if any(version.startswith((".", "file:", "link:", "workspace:")) for version in wanted.values()):
        raise CannotBuild("a package of it lies elsewhere in the project")
    if not wanted:
        return

    def fill(place):
        (place / "package.json").write_text(json.dumps({"dependencies": wanted}))
        flags = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--loglevel=error"]
        _run(["npm", "install", *flags], place)
        (place / "package.json").unlink()

    _from_cache("npm" + json.dumps(wanted, sort_keys=True), cache, fill, folder)


def _python(folder, cache, extra):
    named = folder / "requirements.txt"
    lines = [line.split("#")[0].strip() for line in named.read_text().splitlines()] if named.exists() else []
    wanted = sorted({line for line in [*lines, *extra] if line and not OF_PYTHON.match(line)})
    if any(line.startswith(("-", ".", "/")) for line in wanted):
        raise CannotBuild("a package of it lies elsewhere in the project")
    if not wanted:
        return

    def fill(place):
        pure = ["--only-binary=:all:", "--platform", "any", "--implementation", "py", "--python-version", "3.14"]
        flags = ["--quiet", "--no-compile", "--disable-pip-version-check", "--target", "."]
        _run(["python3", "-m", "pip", "install", *flags, *pure, *wanted], place)

    _from_cache("pip" + json.dumps(wanted), cache, fill, folder)


def _run(command, place):
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=SECONDS_TO_INSTALL)
    except subprocess.TimeoutExpired:
        raise CannotBuild("its packages take too long") from None
    if done.returncode != 0:
        text = " ".join(line for line in done.stderr.splitlines() if "rror" in line)[:120]
        raise CannotBuild(f"its packages cannot be installed: {text}")


def _from_cache(key, cache, fill, folder):
    """Links what the same wish brought before; a failure is kept, too."""
    kept = cache / hashlib.sha256(key.encode()).hexdigest()[:24]
    failure = kept.with_suffix(".failed")
    if failure.exists():
        raise CannotBuild(failure.read_text())
    if not kept.exists():
        partial = kept.with_suffix(f".{os.getpid()}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            fill(partial)
        except CannotBuild as error:
            shutil.rmtree(partial)
            failure.write_text(str(error))
            raise
        partial.rename(kept)
    shutil.copytree(kept, folder, copy_function=_link, dirs_exist_ok=True)


def _link(source, target):
    Path(target).unlink(missing_ok=True)
    os.link(source, target)
