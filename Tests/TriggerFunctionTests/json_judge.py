"""Judges verdicts on JSON: `json_judge.py FILE`, each line `json`, `none` or `deep` (not judged), and the text in hexadecimal.
Python's parser is restricted to RFC 8259: no NaN, no lone surrogates, UTF-8 without a byte order mark."""
import json
import sys


def refuse(name):
    raise ValueError(name)


def is_json(text):
    try:
        json.dumps(json.loads(text.decode(), parse_constant=refuse), ensure_ascii=False).encode()
        return True
    except (ValueError, RecursionError):
        return False


count = 0
for line in open(sys.argv[1]):
    verdict, _, digits = line.strip().partition(" ")
    text = bytes.fromhex(digits)
    if verdict != "deep" and is_json(text) != (verdict == "json"):
        sys.exit(f"{verdict}, but not to Python: {text!r}")
    count += 1
print(count, "judged")
