"""Real handlers: deploys the SAM projects below a folder, and invokes each Node.js and Python function.

`run.py SAMLET ENDPOINT CACHE FOLDER` prints `failed: …` for each failure, and a line for each group. A function
passes if it runs to an answer or to an error of its own; it fails if the runtime cannot load it or lacks what it calls.

Projects whose resource types are all here are deployed as they are. Of the others, and of those with functions in other
languages, only the functions are deployed, with placeholders for what they would be told of the rest.
"""

import copy
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import boto3
import samples
import staging
import templates
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

#: Errors that say that something is missing in the runtime, whatever the handler does.
OF_THE_RUNTIME = re.compile(
    r"^Runtime\.|^(ImportError|ModuleNotFoundError|SyntaxError|NotImplementedError|ReferenceError|NameError|SystemError)$"
    r"|ERR_FEATURE_UNAVAILABLE|ERR_UNKNOWN_BUILTIN|UnknownOperation|is not a (function|constructor)"
    r"|(module|type object) '.*' has no attribute|object has no attribute|unexpected keyword argument|is not available in this runtime"
    r"|Cannot find (module|package)|Task timed out|Sandbox\.|OutOfMemory"
)
SECONDS_TO_DEPLOY = 120
SECONDS_TO_RUN = 30


class Suite:
    def __init__(self, samlet, endpoint, cache):
        self.samlet, self.endpoint, self.cache = samlet, endpoint, cache
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": samples.REGION}
        patient = Config(read_timeout=SECONDS_TO_RUN, retries={"max_attempts": 0})
        client = lambda name: boto3.client(name, endpoint_url=endpoint, config=patient, **keys)  # noqa: E731
        self.functions, self.stacks = client("lambda"), client("cloudformation")
        self.known = templates.known_types()
        self.mistakes = mistakes()
        self.groups = defaultdict(Counter)
        self.causes = Counter()
        self.number = 0

    def project(self, project):
        wanted = [key for key in project.functions() if project.runtime(key).startswith(("nodejs", "python"))]
        with tempfile.TemporaryDirectory() as folder:
            stage = Path(folder) / "sample"
            stage.mkdir()
            staging.copy(project, stage)
            built = [key for key in wanted if self.build(project, key, stage)]
            if not built:
                return
            keep_own_layers(project)
            whole = len(built) == len(project.functions()) and self.is_here(project)
            (stage / "template.json").write_text(json.dumps(project.template if whole else alone(project, built)))
            self.number += 1
            stack = f"handlers-{self.number}"
            group = "whole projects" if whole else "functions alone"
            try:
                self.deploy(stage, stack, project.parameters() if whole else {})
            except RuntimeError as error:
                for key in built:
                    self.failed(group, project, key, f"deploy: {error}")
                return
            self.invoke_all(project, built, stack, group)
            self.stacks.delete_stack(StackName=stack)

    def build(self, project, logical_id, stage):
        layers = [key for key, one in project.resources.items() if one.get("Type") in templates.LAYERS]
        try:
            for key in [logical_id, *layers]:
                staging.install(project, key, stage, self.cache)
        except staging.CannotBuild as error:
            self.groups["skipped"][str(error)] += 1
            return False
        return True

    def is_here(self, project):
        """Whether every resource type is here, once SAM has transformed the template."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(packaged(project), file)
            file.flush()
            given = [f"--parameter={name}={value}" for name, value in project.parameters().items()]
            done = subprocess.run([self.samlet, "transform", file.name, *given], capture_output=True, text=True)
        if done.returncode != 0:
            return False
        resources = json.loads(done.stdout).get("Resources", {}).values()
        return all(resource.get("Type") in self.known for resource in resources)

    def deploy(self, stage, stack, parameters):
        command = [self.samlet, "deploy", stage, "--endpoint", self.endpoint, "--stack", stack]
        command += [f"--parameter={name}={value}" for name, value in parameters.items()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_DEPLOY)
        except subprocess.TimeoutExpired:
            raise RuntimeError("takes too long") from None
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if ": warning: " not in line]
            raise RuntimeError(" ".join(lines).replace(stack, "STACK"))

    def invoke_all(self, project, built, stack, group):
        pages = self.stacks.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [one for page in pages for one in page["StackResourceSummaries"]]
        names = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}
        for key in built:
            if key not in names:
                self.groups["skipped"]["its condition is false"] += 1
                continue
            problem = self.invoke(names[key], samples.of(project, key))
            if problem is None:
                self.groups[group]["passed"] += 1
            else:
                self.failed(group, project, key, problem)

    def invoke(self, name, event):
        """What is wrong with the runtime, seen by one invocation; nothing if the handler ran."""
        try:
            answer = self.functions.invoke(FunctionName=name, Payload=json.dumps(event))
        except ReadTimeoutError:
            self.groups["skipped"]["it waits for what is not here"] += 1
            return None
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        if "FunctionError" not in answer:
            return None
        payload = json.load(answer["Payload"])
        kind, message = str(payload.get("errorType", "")), str(payload.get("errorMessage", ""))
        if OF_THE_RUNTIME.search(kind) or OF_THE_RUNTIME.search(message):
            return f"{kind}: {message}"
        self.groups["errors of their own"][f"{kind}: {message.splitlines()[0][:150] if message else ''}"] += 1
        return None

    def failed(self, group, project, key, problem):
        if f"{project.name} {key}" in self.mistakes:
            self.groups["skipped"][self.mistakes[f"{project.name} {key}"]] += 1
            return
        self.groups[group]["failed"] += 1
        problem = " ".join(problem.split())[:300]
        self.causes[problem[:110]] += 1
        print(f"failed: {project.name} {key}: {problem}", flush=True)

    def report(self):
        for cause, count in self.causes.most_common():
            print(f"cause: {count} × {cause}")
        for reason, count in self.groups.pop("skipped", Counter()).most_common():
            print(f"skipped: {count} × {reason}")
        for error, count in self.groups.pop("errors of their own", Counter()).most_common():
            print(f"own error: {count} × {error}")
        for name, counts in sorted(self.groups.items()):
            print(f"{name}: {counts['passed']} passed, {counts['failed']} failed")


def packaged(project):
    """The template as it would be with the code in a bucket."""
    template = copy.deepcopy(project.template)
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for key, one in template["Resources"].items():
        for name in (*templates.CODE.values(), "DefinitionUri"):
            properties = one.get("Properties") or {}
            wanted = name in properties or (name == "CodeUri" and one.get("Type") == templates.FUNCTIONS[0])
            if wanted and not isinstance(properties.get(name), dict) and "InlineCode" not in properties:
                in_members = one["Type"].startswith("AWS::Lambda")
                properties[name] = {"S3Bucket": "b", "S3Key": "k"} if in_members else "s3://b/k"
                one["Properties"] = properties
    return template


def alone(project, wanted):
    """A template with some functions and the layers, and nothing that needs other resources."""
    kept = {}
    for key, one in project.resources.items():
        given = one.get("Properties") or {}
        if key in wanted:
            names = ("Handler", "Timeout", "MemorySize", "Layers", "InlineCode", "CodeUri")
            properties = {name: project.setting(key, name) for name in names if project.setting(key, name) is not None}
            properties["Runtime"] = project.runtime(key)
            code = given.get("Code")
            if isinstance(code, str):
                properties["CodeUri"] = code
            elif isinstance(code, dict):
                properties["InlineCode"] = code.get("ZipFile", "")
            variables = {**_variables(project.globals()), **_variables(given)}
            if variables:
                properties["Environment"] = {"Variables": {name: plain(value) for name, value in variables.items()}}
            kept[key] = {"Type": templates.FUNCTIONS[0], "Properties": properties}
            if "Metadata" in one:
                kept[key]["Metadata"] = one["Metadata"]
        elif one.get("Type") in templates.LAYERS:
            kept[key] = {name: value for name, value in one.items() if name not in ("Condition", "DependsOn")}
    for one in kept.values():
        for name in ("Timeout", "MemorySize", "Handler"):
            if isinstance(one["Properties"].get(name), dict):
                del one["Properties"][name]
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": kept}


def mistakes():
    """What would fail in AWS as well, or is not meant to work: lines `NAME FUNCTION: REASON`."""
    lines = Path(__file__).with_name("mistakes.txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def keep_own_layers(project):
    """Leaves out layers of other accounts: their packages are installed beside the code."""
    owners = [project.template.get("Globals", {}).get("Function") or {}]
    owners += [project.resources[key].setdefault("Properties", {}) for key in project.functions()]
    for owner in owners:
        if isinstance(owner.get("Layers"), list):
            owner["Layers"] = [layer for layer in owner["Layers"] if is_own(project, layer)]


def _variables(properties):
    return ((properties.get("Environment") or {}).get("Variables")) or {}


def is_own(project, layer):
    return isinstance(layer, dict) and layer.get("Ref") in project.resources


def plain(value):
    """A variable without references."""
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return value["Ref"].replace("AWS::Region", samples.REGION).replace("::", "")
    if "Fn::GetAtt" in value:
        return f"arn:aws:service:{samples.REGION}:{samples.ACCOUNT}:{value['Fn::GetAtt'][0]}"
    text = value.get("Fn::Sub", "sample")
    return re.sub(r"\$\{([^}]*)\}", r"\1", text if isinstance(text, str) else text[0])


def main():
    samlet, endpoint, cache, folder = sys.argv[1:5]
    only = sys.argv[5] if len(sys.argv) > 5 else ""
    found, broken = templates.projects(Path(folder))
    suite = Suite(samlet, endpoint, Path(cache))
    suite.cache.mkdir(parents=True, exist_ok=True)
    for name, reason in broken:
        suite.groups["skipped"][f"the template cannot be read ({reason})"] += 1
        print(f"unreadable: {name}", file=sys.stderr)
    for project in found:
        if only in project.name:
            suite.project(project)
    suite.report()


if __name__ == "__main__":
    main()
