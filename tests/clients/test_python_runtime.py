"""The Python part of the Python runtime, in CPython: what it says here is what the guest has to say.

With SAMLET_UPDATE=1 the expected files are written anew: review them before a commit.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[1] / "corpus/python"
RUNNER = Path(__file__).with_name("python_function.py")


def cases():
    return sorted(folder for folder in CORPUS.iterdir() if (folder / "case.json").exists())


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_of_the_corpus(case):
    done = subprocess.run([sys.executable, RUNNER, case], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    transcript, log = case / "expected.json", case / "expected.log"
    if "SAMLET_UPDATE" in os.environ:
        transcript.write_text(json.dumps(result["transcript"], indent=2, ensure_ascii=False) + "\n")
        log.write_bytes(result["log"].encode())
    assert result["transcript"] == json.loads(transcript.read_text())
    assert result["log"].encode() == log.read_bytes()
