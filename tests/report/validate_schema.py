"""validate_schema.py SCHEMA < DOCUMENT: exits 0 when the JSON document is one and fits the JSON Schema, else says why not."""

import json
import sys

import jsonschema


def no_repeated_keys(pairs):
    keys = [key for key, _ in pairs]
    repeated = {key for key in keys if keys.count(key) > 1}
    if repeated:
        sys.exit(f"a key is there twice: {sorted(repeated)}")
    return dict(pairs)


def refuse(constant):
    sys.exit(f"{constant} is no JSON")


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.Draft202012Validator
validator.check_schema(schema)
document = json.loads(sys.stdin.buffer.read().decode("ascii"), object_pairs_hook=no_repeated_keys, parse_constant=refuse)
errors = [f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(document)]
sys.exit("\n".join(errors) or 0)
