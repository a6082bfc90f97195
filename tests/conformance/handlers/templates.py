"""The SAM projects below a folder: their templates, functions, and what triggers each."""

import json
import re
from pathlib import Path

import jinja2
import yaml

ROOT = Path(__file__).resolve().parents[3]
#: Where other people's code or other tools' results lie, which are no projects.
LEFT_OUT = {".git", "node_modules", "cdk.out", ".aws-sam"}
FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
LAYERS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
#: The property that names a folder with code, by resource type.
CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::LayerVersion": "Content",
}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms of functions."""


def _intrinsic(loader, suffix, node):
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    construct = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return {name: construct(node, deep=True)}


Loader.add_multi_constructor("!", _intrinsic)
# CloudFormation knows no dates: `2012-10-17` is a text.
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Project:
    """A folder with a template."""

    def __init__(self, path, name, text):
        self.path, self.name = path, name
        self.template = yaml.load(text, Loader)
        self.resources = {key: one for key, one in self.template["Resources"].items() if isinstance(one, dict)}

    def globals(self):
        return (self.template.get("Globals") or {}).get("Function") or {}

    def setting(self, logical_id, name):
        """A property of a function, or of all functions."""
        return (self.resources[logical_id].get("Properties") or {}).get(name, self.globals().get(name))

    def functions(self):
        return [key for key, one in self.resources.items() if one.get("Type") in FUNCTIONS]

    def runtime(self, logical_id):
        """The identifier of a function's runtime; a reference to a parameter is its default."""
        runtime = self.setting(logical_id, "Runtime")
        if isinstance(runtime, dict):
            parameter = (self.template.get("Parameters") or {}).get(runtime.get("Ref")) or {}
            runtime = parameter.get("Default")
        return runtime if isinstance(runtime, str) else "image"

    def parameters(self):
        """A value for each parameter that needs one."""
        needed = {}
        for name, parameter in (self.template.get("Parameters") or {}).items():
            if "Default" not in parameter:
                needed[name] = _value(name, parameter)
        return needed

    def folder(self, logical_id):
        """The folder with the code of a function or layer, relative to the project; None if it is elsewhere."""
        resource = self.resources[logical_id]
        properties = resource.get("Properties") or {}
        if "InlineCode" in properties or isinstance(properties.get("Code"), dict):
            return None
        default = self.globals().get("CodeUri", ".") if resource["Type"] == FUNCTIONS[0] else None
        folder = properties.get(CODE[resource["Type"]], default)
        return folder if isinstance(folder, str) and "://" not in folder else None


def _value(name, parameter):
    if parameter.get("AllowedValues"):
        return str(parameter["AllowedValues"][0])
    kind = parameter.get("Type", "String")
    if kind == "Number":
        return str(parameter.get("MinValue", 1))
    if "email" in name.lower():
        return "someone@example.com"
    return "value" + "x" * max(0, int(parameter.get("MinLength", 0)) - 5)


def projects(folder):
    """Every SAM project below a folder, and what is wrong with those that cannot be read."""
    found, broken = [], []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix not in (".yaml", ".yml", ".json") or LEFT_OUT.intersection(parts) or not path.is_file():
            continue
        text = path.read_text(errors="replace")
        if "AWS::Serverless-2016-10-31" not in text or "Resources" not in text:
            continue
        name = str(path.relative_to(folder)).replace("{{cookiecutter.project_name}}/", "")
        try:
            project = Project(path, name, rendered(path, text))
            if any(project.runtime(key).startswith(("nodejs", "python")) for key in project.functions()):
                found.append(project)
        except (yaml.YAMLError, jinja2.TemplateError, KeyError, TypeError, AttributeError) as error:
            broken.append((name, type(error).__name__))
    return found, broken


def rendered(path, text):
    """The text of a file; in a cookiecutter's folder with the answers that the cookiecutter proposes."""
    folder = next((one for one in path.parents if one.name.startswith("{{")), None)
    if folder is None:
        return text
    answers = json.loads((folder.parent / "cookiecutter.json").read_text())
    answers = {key: value[0] if isinstance(value, list) else value for key, value in answers.items()}
    if "architectures" in answers:
        answers["architectures"] = {"value": ["x86_64"]}
    answers["project_name"] = "sample"
    return jinja2.Template(text, keep_trailing_newline=True).render(cookiecutter=answers)


def known_types():
    """The resource types that ARCHITECTURE.md says are there; a test holds it to the truth."""
    return set(re.findall(r"`(AWS::\w+::\w+)`", (ROOT / "ARCHITECTURE.md").read_text()))
