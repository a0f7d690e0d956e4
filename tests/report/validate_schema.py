"""validate_schema.py SCHEMA < DOCUMENT: exits 0 if the JSON document is valid against the JSON Schema, otherwise prints why not."""

import json
import sys

import jsonschema


def reject_repeated_keys(pairs):
    keys = [key for key, _ in pairs]
    repeated = {key for key in keys if keys.count(key) > 1}
    if repeated:
        sys.exit(f"repeated key: {sorted(repeated)}")
    return dict(pairs)


def reject_constant(constant):
    sys.exit(f"{constant} is not JSON")


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.Draft202012Validator
validator.check_schema(schema)
document = json.loads(
    sys.stdin.buffer.read().decode("ascii"), object_pairs_hook=reject_repeated_keys, parse_constant=reject_constant
)
errors = [f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(document)]
sys.exit("\n".join(errors) or 0)
