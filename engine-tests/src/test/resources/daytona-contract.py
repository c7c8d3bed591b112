"""Compares requests with those of the vendor's own client, which is generated from the vendor's API document.

Takes the name of the client's module. Reads recorded requests (a JSON array of objects with method, path, query and body) from standard input. Each is taken apart by the
client's operation for that method and path: parameters are checked by its types, and the body by its model. Then the client itself
makes the request from these values; it must be the same, but for defaults that the client adds. Writes a line for each difference
and, at the end, how many were the same.
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
import typing
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

vendor = importlib.import_module(sys.argv[1])


class Sent(Exception):
    """Thrown in place of sending a request."""

    def __init__(self, method, url, body):
        self.method, self.url, self.body = method, url, body


class Client(vendor.ApiClient):
    def call_api(self, method, url, header_params=None, body=None, *rest, **more):
        raise Sent(method, url, body)


def api_classes():
    package = importlib.import_module(vendor.__name__ + ".api")
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        for found in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(found) and found.__module__ == module.name:
                yield found


def operations(client):
    """For each operation: method, path and its pattern, public function, parameters of the path, those of the query, the body's."""
    for api_class in api_classes():
        api = api_class(client)
        for name, function in inspect.getmembers(api_class, inspect.isfunction):
            if not (name.startswith("_") and name.endswith("_serialize")):
                continue
            source = inspect.getsource(function)
            method = re.search(r"method='(\w+)'", source).group(1)
            path = re.search(r"resource_path='([^']+)'", source).group(1)
            pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"([^/]+)", re.escape(path)) + "$")
            in_path = dict(re.findall(r"_path_params\['(\w+)'\] = (\w+)", source))
            names = [in_path[wire] for wire in re.findall(r"\{(\w+)\}", path)]
            query = dict(re.findall(r"_query_params\.append\(\('(\w+)', (\w+)", source))
            body = re.search(r"_body_params = (\w+)", source)
            public = getattr(api, name[1:-len("_serialize")])
            yield method, path, pattern, public, names, query, body.group(1) if body else None


def unknown(model, where):
    """Members that the document does not have."""
    found = [f"{where}.{name}" for name in getattr(model, "additional_properties", None) or {}]
    for name in type(model).model_fields:
        value = getattr(model, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, BaseModel):
                found += unknown(each, f"{where}.{name}")
    return found


def typed(annotation, text):
    """A value of a query as its parameter's type wants it."""
    for value in (json_value(text), text, [text]):
        try:
            return TypeAdapter(annotation).validate_python(value)
        except ValidationError:
            pass
    raise ValueError(f"{text!r} is no {annotation}")


def json_value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def model_of(annotation):
    classes = [annotation, *typing.get_args(annotation)]
    return next(c for c in classes if inspect.isclass(c) and issubclass(c, BaseModel))


def holds(theirs, ours):
    """Whether all of ours is in theirs, which may also say defaults."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(name in theirs and holds(theirs[name], value) for name, value in ours.items())
    return theirs == ours


def check(request, known):
    fitting = [o for o in known if o[0] == request["method"] and o[2].match(request["path"])]
    if not fitting:
        return ["no such operation"]
    # The one with the most fixed segments, as servers choose.
    _, _, pattern, public, names, query, body = min(fitting, key=lambda o: o[1].count("{"))
    types = typing.get_type_hints(inspect.unwrap(public), include_extras=True)
    arguments = dict(zip(names, map(unquote, pattern.match(request["path"]).groups())))
    problems = []
    for name, value in parse_qsl(request["query"], keep_blank_values=True):
        if name in query:
            arguments[query[name]] = typed(types[query[name]], value)
        else:
            problems.append(f"no parameter {name}")
    sent = json.loads(request["body"]) if request["body"] else None
    if sent is not None and body is None:
        problems.append("no body wanted")
    elif sent is not None:
        arguments[body] = model_of(types[body]).from_dict(sent)
        problems += [f"no member {name}" for name in unknown(arguments[body], body)]
    if problems:
        return problems
    try:
        public(**arguments)
    except Sent as same:
        ours = sorted(parse_qsl(request["query"], keep_blank_values=True))
        theirs = urlsplit(same.url)
        if unquote(theirs.path) != unquote(request["path"]):
            problems.append(f"the path would be {theirs.path}")
        if sorted(parse_qsl(theirs.query, keep_blank_values=True)) != ours:
            problems.append(f"the query would be {theirs.query}")
        if not holds(same.body or None, sent):
            problems.append(f"the body would be {json.dumps(same.body)}")
    return problems


def main():
    client = Client(vendor.Configuration(host="http://vendor.example.com"))
    known = list(operations(client))
    same = 0
    for request in json.load(sys.stdin):
        try:
            problems = check(request, known)
        except (ValidationError, ValueError) as e:
            problems = [str(e).replace("\n", " ")]
        same += not problems
        for problem in problems:
            print(f"{request['method']} {request['path']}?{request['query']} {request['body']}: {problem}")
    print(f"same: {same}")


main()
