import json
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def failure(action):
    try:
        action()
    except OSError as error:
        return [type(error).__name__, error.errno, error.strerror]


def handler(event, context):
    folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
    notes = folder / "notes.txt"
    with open(notes, "w") as file:
        file.write("one\ntwo\n")
    with open(notes, "a+") as file:
        print("three", file=file)
        file.seek(0)
        lines = file.readlines()
    with open(notes, "r+b") as file:
        file.seek(4)
        file.write(b"TWO")
    os.makedirs(folder / "a/b")
    shutil.copy(notes, folder / "a/b/copy.txt")
    (folder / "module_of_tmp.py").write_text("ANSWER = 42\n")
    sys.path.insert(0, str(folder))
    import module_of_tmp

    tree = sorted(
        os.path.relpath(os.path.join(place, name), folder)
        for place, _, names in os.walk(folder)
        for name in names
        if not name.endswith(".pyc")
    )
    size = os.path.getsize(notes)
    shutil.rmtree(folder)
    with tempfile.TemporaryDirectory(dir="/tmp") as other, tempfile.NamedTemporaryFile(dir=other) as file:
        file.write(b"x")
        file.flush()
        temporary = os.stat(file.name).st_size
    return {
        "package": json.loads((HERE / "data.json").read_text()),
        "here": sorted(name for name in os.listdir(HERE) if name in ("data.json", "index.py")),
        "lines": lines,
        "tree": tree,
        "size": size,
        "temporary": temporary,
        "module": module_of_tmp.ANSWER,
        "gone": [folder.exists(), os.path.isdir("/tmp"), os.path.isfile(HERE / "data.json")],
        "missing": failure(lambda: open("/tmp/no/such/file")),
        "directory": failure(lambda: open("/tmp")),
    }
