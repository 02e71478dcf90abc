"""Reading a request: query parameters and JSON body, with the refusals of the platform (facts: platform-api §4).

The gate refuses with 400; unknown fields are accepted and told by ``unknown_fields`` (DESIGN: The Platform API).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from understudy.errors import Refused
from understudy.limits import Limits
from understudy.platform.catalogue import Operation, QueryParameter
from understudy.platform.request import ApiRequest
from understudy.platform.schemas import Problem, Validator

BODY_MAX: Final = ("platform", "body.max")  # bytes
NESTED_MAX: Final = 100  # not documented; the emulator's own bound: orjson writes 254 levels, an entity has some more
BOOLEANS: Final = ("true", "false")
SHOWN: Final = 5  # problems named in a message; all of them stand in its details
TYPE_KEYWORDS: Final = (
    "type",
    "depth",
    "json",
)  # the platform fails to read these: bad.request, not a broken constraint
UNKNOWN: Final = ("additionalProperties", "unevaluatedProperties")


def read_query(operation: Operation, query: str) -> Mapping[str, str]:
    """The parameters: the first value of each, of a list all joined by commas. Refused 400 when one is malformed."""
    pairs = parse_qsl(query, keep_blank_values=True) if query else ()
    lists = {parameter.name for parameter in operation.query if parameter.type.endswith("[]")}
    read: dict[str, str] = {}
    for name, value in pairs:
        if name not in read:
            read[name] = value
        elif name in lists:
            read[name] += "," + value
    for parameter in operation.query:
        if parameter.name in read:
            _check(parameter, read[parameter.name])
        elif parameter.required:
            message = f"Query parameter [{parameter.name}] is required"
            raise Refused(400, "bad.request", message, details=(_detail("required.field.missing", parameter.name),))
    return read


def read_body(operation: Operation, request: ApiRequest, limits: Limits) -> Any:
    """The JSON of the body, None for none. An operation without a body ignores what is sent.

    The four bytes ``null`` are no body: the Python SDK sends them on a POST without one (facts: platform-api §6).
    """
    body_max = int(limits.value(*BODY_MAX))
    if request.oversize or len(request.body) > body_max:
        raise Refused(413, "request.too.large", f"The request is over the size limit. Maximum bytes: {body_max}")
    if operation.body is None:
        return None
    body = _parsed(request) if request.body else None
    if body is None and operation.body_required:
        raise Refused(400, "bad.request", "The request body is required")
    return body


def check_body(body: Any, gate: Validator) -> None:
    """Refused 400 with what the gate found."""
    problems = gate.problems(body)
    if not problems:
        return
    code = "bad.request" if problems[0].keyword in TYPE_KEYWORDS else "constraint.validation"
    message = "The request body is not valid: " + "; ".join(str(problem) for problem in problems[:SHOWN])
    raise Refused(400, code, message, details=tuple(_detail(_code(problem), problem.path) for problem in problems))


def unknown_fields(body: Any, judge: Validator) -> list[str]:
    """Paths of fields that the model doesn't know."""
    return [problem.path for problem in judge.problems(body) if problem.keyword in UNKNOWN]


def _parsed(request: ApiRequest) -> Any:
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
    if media and "json" not in media and media not in ("*/*", "application/octet-stream"):
        message = f"Unsupported Media Type [{media}]: the body must be application/json"
        raise Refused(415, "unsupported.media.type", message)
    coding = request.headers.get("Content-Encoding", "identity").strip().casefold()
    if coding not in ("", "identity"):  # not documented; assumed, with the status of RFC 9110 §15.5.16
        message = f"Unsupported Content-Encoding [{coding}]: send the body as it is"
        raise Refused(415, "unsupported.media.type", message)
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        message = f"The request could not be understood by the server due to malformed JSON: {error}"
        raise Refused(400, "bad.request", message) from error
    if request.body.count(b"{") + request.body.count(b"[") > NESTED_MAX and _is_deep(body):
        raise Refused(400, "bad.request", f"The request body is nested more than {NESTED_MAX} deep")
    return body


def _is_deep(value: Any) -> bool:
    """Whether values lie within values more than ``NESTED_MAX`` deep: more than orjson writes and validators walk."""
    level = [value]
    for _ in range(NESTED_MAX):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)


def _check(parameter: QueryParameter, value: str) -> None:
    expected = ""
    match parameter.type:
        case "integer" if not value.removeprefix("-").isdecimal():
            expected = "a whole number"
        case "number" if not _is_number(value):
            expected = "a number"
        case "boolean" if value.casefold() not in BOOLEANS:
            expected = "true or false"
        case "date" | "date-time" if not _is_time(value):
            expected = "a date and time (ISO 8601)"
        case _ if parameter.choices and not _is_choice(parameter, value):
            expected = "one of " + ", ".join(parameter.choices)
    if expected:
        message = f"The value [{value}] is not valid for query parameter [{parameter.name}]: it must be {expected}"
        raise Refused(
            400,
            "invalid.query.param.value",
            message,
            params={"name": parameter.name, "value": value},
            details=(_detail("invalid.query.param.value", parameter.name),),
        )


def _is_choice(parameter: QueryParameter, value: str) -> bool:
    """Whether every value is one of the catalogue's, in any case. That the platform refuses others is assumed."""
    folded = {choice.casefold() for choice in parameter.choices}
    values = value.split(",") if parameter.type.endswith("[]") else [value]
    return all(one.strip().casefold() in folded for one in values if one)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _code(problem: Problem) -> str:
    return "required.field.missing" if problem.keyword == "required" else "invalid.value"


def _detail(code: str, field: str) -> Mapping[str, str]:
    return {"errorCode": code, "fieldName": field}
