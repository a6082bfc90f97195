"""The native host as a child process, and the clients that talk to it."""

import io
import json
import os
import socket
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SAMLET", ROOT / "target/debug/samlet"))
PROJECTS = ROOT / "static/projects"
REGION = "us-east-1"
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
SECONDS_TO_START = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Host:
    """`samlet serve` on a free port, until `stop`."""

    def __init__(self, *arguments):
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [BINARY, "serve", *map(str, arguments), "--port", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines = []
        self._is_ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        if not self._is_ready.wait(SECONDS_TO_START) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError("the host did not become ready: " + "\n".join(self.lines))

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if self.lines[-1].split(" ")[0] == "ready":
                self._is_ready.set()
        self._is_ready.set()

    def client(self, service):
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **CREDENTIALS)

    def resource(self, service):
        return boto3.resource(service, endpoint_url=self.endpoint, region_name=REGION, **CREDENTIALS)

    def cli(self, *arguments):
        """What the AWS CLI answers, parsed if it is JSON; a failure raises with its message."""
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_PAGER": "",
        }
        command = [Path(sys.executable).with_name("aws"), *map(str, arguments), "--output", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.stdout

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def zipped(files):
    """A deployment package: a dictionary from names to contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
