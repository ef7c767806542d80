"""The operations: which are served, as the service lists them, and how AWS describes them to its clients."""

import copy
import subprocess

from botocore.loaders import Loader
from botocore.model import ServiceModel

from .server import binary, environment

V, I = "ValidationException", "InvalidParameterValueException"
NOT_FOUND, DENIED = "ResourceNotFoundException", "AccessDeniedException"
# The errors that every operation may answer.
COMMON = {"AuthorizationException", DENIED, "RateLimitExceededException", "ServerInternalException"}
MODEL = ServiceModel(Loader().load_service_model("license-manager", "service-2"))


class Served:
    """A line of `licentia operations`."""

    def __init__(self, line):
        name, kind, signed, *errors = line.split()
        self.service, self.name = name.split(":")
        self.reads, self.unsigned = kind == "reads", signed == "unsigned"
        self.errors = set(errors[0].split(",")) if errors else set()


def _served():
    printed = subprocess.run([binary(), "operations"], env=environment(), capture_output=True, text=True, check=True)
    lines = [Served(line) for line in printed.stdout.splitlines()]
    return {line.name: line for line in lines if line.service == "license-manager"}


def _required(shape, path=""):
    """The paths of the members that must be there, of structures too, and of the first item of lists."""
    if shape.type_name == "list":
        yield from _required(shape.member, f"{path}0.")
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in shape.required_members:
                yield path + name
            yield from _required(member, f"{path}{name}.")


def _described(name):
    return MODEL.operation_model(name)


SERVED = _served()
# What an operation may answer, those errors left out that all may.
ERRORS = {name: {error.name for error in _described(name).error_shapes} - COMMON for name in SERVED}
REQUIRED = {name: list(_required(_described(name).input_shape)) for name in SERVED}


def list_of(operation):
    """The member of the answer that holds what is listed; none where the operation does not list."""
    members = _described(operation).output_shape.members if operation.startswith("List") else {}
    return next((name for name, member in members.items() if member.type_name == "list"), None)


def validation(operation):
    """The error for a wrong request, as far as the operation lists it."""
    return V if V in ERRORS[operation] else I


def changed(request, path, value):
    """The request with another value at a path such as `Entitlements.0.Name`."""
    request = copy.deepcopy(request)
    place, last = _place(request, path)
    place[last] = value
    return request


def without(request, path):
    """The request without the member at this path."""
    request = copy.deepcopy(request)
    place, last = _place(request, path)
    del place[last]
    return request


def member(path):
    """How messages write a path: `entitlements.1.member.name`."""
    words = []
    for word in path.split("."):
        words.append(f"{int(word) + 1}.member" if word.isdigit() else word[0].lower() + word[1:])
    return ".".join(words)


def _place(request, path):
    *way, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    for word in way:
        request = request[word]
    return request, last
