"""The part of JSON Schema (2020-12) that docs/protocol.schema.json uses: enough to validate what comes from others."""
import re


def is_valid(schema, value, defs):
    """Whether a JSON value is what a schema says. `defs` are the document's `$defs`."""
    if "$ref" in schema:
        return is_valid(defs[schema["$ref"].removeprefix("#/$defs/")], value, defs)
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        return any(is_valid(one, value, defs) for one in alternatives)
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kind = schema.get("type")
    return kind is None or (_TYPES[kind](value) and _CHECKS.get(kind, _anything)(schema, value, defs))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == int(value),
}


def _anything(_schema, _value, _defs):
    return True


def _object(schema, value, defs):
    members = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    return (
        all(name in value for name in schema.get("required", []))
        and all(is_valid(members[name], one, defs) for name, one in value.items() if name in members)
        and (others is not False or all(name in members for name in value))
    )


def _array(schema, value, defs):
    return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)) and all(
        is_valid(schema["items"], item, defs) for item in value
    )


def _string(schema, value, _defs):
    # Lengths are in UTF-16 code units; `$` of ECMA-262 is the very end.
    length = len(value.encode("utf-16-le")) // 2
    pattern = re.sub(r"\$$", r"\\Z", schema.get("pattern", ""))
    return schema.get("minLength", 0) <= length <= schema.get("maxLength", length) and bool(
        re.search(pattern, value, re.ASCII)
    )


def _numeric(schema, value, _defs):
    return schema.get("minimum", value) <= value <= schema.get("maximum", value)


_CHECKS = {"object": _object, "array": _array, "string": _string, "number": _numeric, "integer": _numeric}
