"""Reads policy templates with Python's own parsers, and prints what it finds as JSON."""

import json
import plistlib
import re
import sys
import zipfile
from xml.etree import ElementTree

NAMESPACE = {"pd": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}
#: The box in which the group policy editor shows an element ("Presentation elements").
BOXES = {"list": "listBox", "text": "textBox", "decimal": "decimalTextBox", "enum": "dropdownList",
         "multiText": "multiTextBox"}


def local(element):
    return element.tag.split("}")[1]


def twice(names):
    return [name for name in set(names) if names.count(name) > 1]


def faults_of(admx_file, adml_file):
    """Whatever one file refers to and the other does not have, and the other way round."""
    admx, adml = ElementTree.parse(admx_file), ElementTree.parse(adml_file)
    faults = []

    def differ(what, wanted, there):
        faults.extend(f"{what} {name} is missing" for name in wanted - there)
        faults.extend(f"{what} {name} is not used" for name in there - wanted)

    text = ElementTree.tostring(admx.getroot(), encoding="unicode")
    for kind in ("string", "presentation"):
        ids = [one.get("id") for one in adml.iterfind(f".//pd:{kind}", NAMESPACE)]
        faults.extend(f"{kind} {name} is there twice" for name in twice(ids))
        differ(kind, set(re.findall(rf"\$\({kind}\.(\w+)\)", text)), set(ids))
    for string in adml.iterfind(".//pd:string", NAMESPACE):
        if not (string.text or "").strip():
            faults.append(f"string {string.get('id')} is empty")

    policies = admx.findall(".//pd:policy", NAMESPACE)
    faults.extend(f"policy {name} is there twice" for name in twice([one.get("name") for one in policies]))
    categories = {one.get("name") for one in admx.iterfind(".//pd:category", NAMESPACE)}
    differ("category", {one.get("ref") for one in admx.iterfind(".//pd:parentCategory", NAMESPACE)}, categories)
    products = {one.get("name") for one in admx.iterfind(".//pd:definition", NAMESPACE)}
    differ("product", {one.get("ref") for one in admx.iterfind(".//pd:policy/pd:supportedOn", NAMESPACE)}, products)

    presentations = {one.get("id"): one for one in adml.iterfind(".//pd:presentation", NAMESPACE)}
    for policy in policies:
        elements = policy.findall("pd:elements/*", NAMESPACE)
        wanted = {(one.get("id"), BOXES[local(one)]) for one in elements}
        reference = policy.get("presentation")
        shown = presentations.get(reference[15:-1]) if reference else None
        there = set() if shown is None else {(one.get("refId"), local(one)) for one in shown}
        differ(f"box of {policy.get('name')}", wanted, there)
        if not elements and policy.get("valueName") is None:
            faults.append(f"{policy.get('name')} sets nothing")
    return faults


def registry_of(admx_file):
    """What each policy sets: key, name of the value, and kind."""
    found = []
    for policy in ElementTree.parse(admx_file).iterfind(".//pd:policy", NAMESPACE):
        for element in policy.findall("pd:elements/*", NAMESPACE) or [policy]:
            key = element.get("key") or policy.get("key")
            found.append([key, element.get("valueName"), local(element)])
    return found


#: Firefox's own schema of its policies, in the installed browser.
SCHEMA = ("/usr/lib/firefox-esr/browser/omni.ja", "modules/policies/policies-schema.json")


def tightened(schema):
    """The schema, which also refuses members that it does not describe. Firefox ignores those."""
    if isinstance(schema, list):
        return [tightened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: tightened(value) for name, value in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        inner["additionalProperties"] = False
    return inner


def firefox_faults_of(policies):
    """Whatever Firefox's schema has against policies, which are JSON."""
    from jsonschema import Draft7Validator

    archive, name = SCHEMA
    schema = tightened(json.loads(zipfile.ZipFile(archive).read(name)))
    faults = Draft7Validator(schema).iter_errors(json.loads(policies))
    return [f"{'.'.join(str(one) for one in fault.absolute_path)}: {fault.message}" for fault in faults]


COMMANDS = {
    "firefox": firefox_faults_of,
    "faults": faults_of,
    "registry": registry_of,
    "plist": lambda file: plistlib.load(open(file, "rb")),
}

print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
