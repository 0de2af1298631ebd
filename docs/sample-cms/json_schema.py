"""The part of JSON Schema (2020-12) that docs/protocol.schema.json uses, in place of a library such as python3-jsonschema."""
import re


def is_valid(schema, value, defs):
    """True if a JSON value matches a schema. `defs` are the document's `$defs`."""
    if "$ref" in schema:
        return is_valid(defs[schema["$ref"].removeprefix("#/$defs/")], value, defs)
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return any(is_valid(one, value, defs) for one in alternatives)
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        return False
    match schema.get("type"), value:
        case (None, _) | ("null", None) | ("boolean", bool()):
            return True
        case "object", dict():
            members, others = schema.get("properties", {}), schema.get("additionalProperties", True)
            known = all(is_valid(members[name], value[name], defs) for name in value if name in members)
            return known and set(schema.get("required", [])) <= set(value) and (others is not False or set(value) <= set(members))
        case "array", list():
            is_long_enough = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
            return is_long_enough and all(is_valid(schema["items"], one, defs) for one in value)
        case "string", str():
            # Lengths are in UTF-16 code units; `$` of ECMA-262 is the very end.
            length, pattern = len(value.encode("utf-16-le", "surrogatepass")) // 2, schema.get("pattern", "")
            is_long_enough = schema.get("minLength", 0) <= length <= schema.get("maxLength", length)
            return is_long_enough and re.search(re.sub(r"\$$", r"\\Z", pattern), value, re.ASCII) is not None
        case ("number" | "integer") as kind, int() | float() if not isinstance(value, bool):
            return (kind == "number" or value == int(value)) and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    return False
