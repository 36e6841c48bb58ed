#!/usr/bin/env python3
"""Writes the worker's manual page, from what its argument parser says of itself.

    scripts/manual.py WORKER >reelpress.1

The format is man(7).
"""

import json
import pathlib
import subprocess
import sys


def text(words):
    """Words as roff: nothing in them is a request or an escape."""
    words = " ".join(words.split()).replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + words if words[:1] in ("'", ".") else words


def spelling(argument):
    """An argument as it is typed, in roff."""
    value = f"\\fI{text(argument['valueName'])}\\fR"
    if argument["kind"] == "positional":
        return value + (" ..." if argument["isRepeating"] else "")
    name = argument["preferredName"]
    dashes = "--" if name["kind"] == "long" else "-"
    option = f"\\fB{text(dashes + name['name'])}\\fR"
    return option if argument["kind"] == "flag" else f"{option} {value}"


def entry(argument):
    return [".TP", spelling(argument), text(argument.get("abstract", ""))]


def arguments(command, is_setting):
    """The arguments of a command that are shown: settings, which all commands share, or the command's own."""
    return [argument for argument in command.get("arguments", [])
            if argument["shouldDisplay"] and (argument.get("sectionTitle") == "Settings") == is_setting
            and argument["valueName"] not in ("version", "help")]


def synopsis(name, command):
    parts = [f"\\fB{text(name)}\\fR", f"\\fB{text(command['commandName'])}\\fR"]
    for argument in arguments(command, False):
        is_needed = argument["kind"] == "positional" and not argument["isOptional"]
        parts.append(spelling(argument) if is_needed else f"[{spelling(argument)}]")
    return " ".join([*parts, "[\\fIsettings\\fR]"])


def page(root, version):
    name = root["commandName"]
    commands = [command for command in root["subcommands"]
                if command["shouldDisplay"] and command["commandName"] != "help"]
    lines = [
        f'.TH {name.upper()} 1 "" "Reelpress {text(version)}" "User Commands"',
        ".SH NAME", f"{text(name)} \\- {text(root['abstract']).rstrip('.')}", ".SH SYNOPSIS",
    ]
    for command in commands:
        lines += [synopsis(name, command), ".br"]
    lines += [f"\\fB{text(name)}\\fR [\\fIsettings\\fR]", ".SH DESCRIPTION", text(root["discussion"]), ".SH COMMANDS"]
    for command in commands:
        lines += [f".SS {text(command['commandName'])}", text(command["abstract"])]
        if command.get("discussion"):
            lines += [".PP", text(command["discussion"])]
        for argument in arguments(command, False):
            lines += entry(argument)
    lines += [".SH SETTINGS", "Every command takes them."]
    settings = arguments(root, True)
    for argument in settings:
        lines += entry(argument)
    lines += [".SH OPTIONS", ".TP", "\\fB\\-\\-version\\fR", "Show the version.", ".TP",
              "\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "Show help, also for each command.",
              ".SH ENVIRONMENT", "A variable is read where its option is not given."]
    for argument in settings:
        option = argument["preferredName"]["name"]
        variable = "REELPRESS_" + option.upper().replace("-", "_")
        lines += [".TP", f"\\fB{variable}\\fR", f"\\fB{text('--' + option)}\\fR"]
    return "\n".join(lines) + "\n"


def main():
    worker = str(pathlib.Path(sys.argv[1]).absolute())
    output = subprocess.check_output([worker, "--experimental-dump-help"])
    version = subprocess.check_output([worker, "--version"], text=True).strip()
    sys.stdout.write(page(json.loads(output)["command"], version))


if __name__ == "__main__":
    main()
