"""What the add-in's two classes have: the methods with how many parameters each may be given, and the properties."""

import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = {"OSign": "src/onec/signing/members.rs", "OSignTokens": "src/onec/tokens/members.rs"}
LINE = re.compile(r"(\w+)\.(\w+)(?:\((.*)\))?")


@dataclasses.dataclass
class Class:
    methods: dict[str, range]
    properties: set[str]


def contract() -> dict[str, Class]:
    classes = {name: Class({}, set()) for name in SOURCES}
    for line in (HERE / "members.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        class_name, name, parameters = LINE.fullmatch(line).groups()
        if parameters is None:
            classes[class_name].properties.add(name)
            continue
        given = [parameter for parameter in parameters.split(", ") if parameter]
        needed = sum("=" not in parameter for parameter in given)
        classes[class_name].methods[name] = range(needed, len(given) + 1)
    return classes


METHOD = re.compile(r'\(\s*\("\w+",\s*"(\w+)"\),\s*(&\[.*?\]|[A-Z_]+),', re.DOTALL)
PROPERTY = re.compile(r'\("\w+", "(\w+)"\)')
CONSTANT = re.compile(r"const ([A-Z_]+): (?:Parameter|&\[Parameter\]) =\s*(.*?);\n", re.DOTALL)
PARAMETER = re.compile(r"\b(needed|optional|whole|boolean)\(|\b([A-Z][A-Z_]+)\b")


def source(text: str) -> Class:
    """The members that a file of the add-in's source lists."""
    constants = dict(CONSTANT.findall(text))

    def kinds(expression: str) -> list[str]:
        found = []
        for kind, name in PARAMETER.findall(re.sub(r'"[^"]*"', '""', expression)):
            found += [kind] if kind else kinds(constants.get(name, ""))
        return found

    methods = {}
    for name, parameters in METHOD.findall(text):
        given = kinds(parameters)
        methods[name] = range(given.count("needed"), len(given) + 1)
    return Class(methods, set(PROPERTY.findall(text)) - set(methods))
