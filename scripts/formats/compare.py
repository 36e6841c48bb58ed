"""Which properties of a source another file has lost."""

# Seconds, ratios, levels of brightness.
TOLERANCES = {
    "timestamps": 0.00101, "end": 0.0021, "audio offset": 0.00101, "resolution": 0, "aspect ratio": 0.01, "orientation": 14,
    "mastering display": 0.002,
}


def lost(before, after):
    """The names of properties that are gone or differ."""
    return [name for name, value in before.items() if not same(name, value, after.get(name))]


def same(name, before, after):
    if after is None:
        return False
    if isinstance(before, set):
        return bool(before & after)
    if isinstance(before, list):
        if len(before) != len(after):
            return False
        tolerance = TOLERANCES.get(name, 0.0021)
        return all(abs(a - b) <= tolerance for a, b in zip(before, after))
    if name == "tag creation_time" or name.endswith("language"):
        return str(before)[:19] == str(after)[:19]
    return str(before) == str(after)
