"""Swift source read for its names: tokens without comments and strings, declarations, and uses with their enclosing types.

No compiler: what a name means is decided by `names.py`, from these two lists.
"""
import bisect
import re
from dataclasses import dataclass, field

TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype"}
SCOPES = {"struct", "class", "enum", "actor", "protocol"}
MODIFIERS = {
    "private", "fileprivate", "internal", "package", "public", "open", "static", "class", "final", "mutating",
    "nonmutating", "consuming", "borrowing", "override", "convenience", "required", "lazy", "weak", "unowned", "indirect",
    "nonisolated", "prefix", "postfix", "infix", "dynamic", "isolated"}
# Words of a property's accessors, which are no uses of a function of that name.
ACCESSORS = {"get", "set", "willSet", "didSet", "_read", "_modify"}
TOKEN = re.compile(r"(?P<space>\s+|//[^\n]*)|(?P<comment>/\*)|(?P<string>#*\"(?:\"\"(?!\"))?\"?)|"
                   r"(?P<word>`\w+`|[^\W\d]\w*)|(?P<number>\d\w*(?:\.\d\w*)?)|(?P<other>.)", re.DOTALL)


@dataclass
class Token:
    text: str
    line: int
    is_word: bool = False


@dataclass
class Declaration:
    """A name that a file gives.

    - kind: type, function (or constant) at file scope, member, or initializer with the label of its first argument.
    - owner: the types around it, outermost first; of a member of an extension, the extended type's path.
    - is_static: the type's own and not its values'; also a case and a nested type.
    """

    name: str
    kind: str
    owner: tuple
    in_extension: bool
    is_private: bool
    is_static: bool
    line: int


@dataclass
class Use:
    """A name that a file mentions.

    - receiver: the word before the dot; "" for `.name` after anything else; None without a dot.
    - argument: the first argument's label where the name is called with one.
    - scope: the types around it, outermost first.
    """

    name: str
    receiver: str | None
    argument: str | None
    is_called: bool
    scope: tuple
    line: int


@dataclass
class Source:
    """What one file declares, uses and imports.

    - generics, locals: names that hide others of the target: generic parameters; local types, constants and variables.
    - labels: of arguments and of tuples' elements.
    - types: the types that the file writes after a name and a colon.
    """

    imports: list = field(default_factory=list)
    declarations: list = field(default_factory=list)
    uses: list = field(default_factory=list)
    generics: set = field(default_factory=set)
    locals: set = field(default_factory=set)
    labels: set = field(default_factory=set)
    types: dict = field(default_factory=dict)


def tokens(text):
    """The tokens of a source; those of a string's interpolations are among them."""
    starts = [match.end() for match in re.finditer("\n", text)]
    found = []
    _scan(text, 0, False, found, lambda at: bisect.bisect_right(starts, at) + 1)
    return found


def _scan(text, at, nested, found, line):
    """Appends tokens until the end, or until the parenthesis that closes an interpolation; gives the place after it."""
    depth = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        kind = match.lastgroup
        if kind == "comment":
            at = _after_comment(text, match.end())
        elif kind == "string":
            at = _after_string(text, at, found, line)
        else:
            at = match.end()
            if kind == "space":
                continue
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if nested and depth < 0:
                return at
            found.append(Token(match[0].strip("`"), line(match.start()), kind == "word"))
    return at


def _after_comment(text, at):
    depth = 1
    for match in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return len(text)


def _after_string(text, at, found, line):
    hashes = re.compile("#*").match(text, at)[0]
    at += len(hashes)
    quote = '"""' if text.startswith('"""', at) else '"'
    at += len(quote)
    end, escape = quote + hashes, "\\" + hashes
    while at < len(text):
        if text.startswith(end, at):
            return at + len(end)
        if text.startswith(escape, at):
            at += len(escape)
            at = _scan(text, at + 1, True, found, line) if text.startswith("(", at) else at + 1
        else:
            at += 1
    return at


def read(text):
    """Declarations, uses and imports of a source."""
    words = [*tokens(text), *(Token("", 0) for _ in range(4))]
    source = Source()
    # Each scope: kind (file, type, extension or body), names it adds to the path, open parentheses in it.
    stack = [["file", (), 0]]
    pending, modifiers = None, set()
    index = 0
    while words[index].text:
        token, following = words[index], words[index + 1]
        if token.is_word and following.text == ":":
            source.labels.add(token.text)
            source.types.setdefault(token.text, set()).add(_annotation(words, index + 2))
        kind, _, depth = stack[-1]
        word = token.text
        scope = tuple(name for _, names, _ in stack for name in names)
        before = words[index - 1].text if index else ""
        declares = token.is_word and before != "." and following.text != ":"
        if word == "{":
            stack.append([*(pending if pending and depth == 0 else ("body", ())), 0])
            pending = None
        elif word == "}":
            if len(stack) > 1:
                stack.pop()
        elif word in "([":
            stack[-1][2] += 1
        elif word in ")]":
            stack[-1][2] -= 1
        elif declares and word == "import" and kind == "file":
            index += 1
            if words[index].text in TYPES | {"func", "var", "let"}:
                index += 1
            source.imports.append((words[index].text, words[index].line))
        elif declares and kind != "body" and depth == 0 and word in MODIFIERS and not (
                word == "class" and following.text not in MODIFIERS | {"func", "var", "let", "subscript"}):
            modifiers.add(word)
            if [token.text for token in words[index + 1:index + 4]] == ["(", "set", ")"]:
                modifiers.discard(word)
                index += 3
        elif declares and word == "extension" and kind == "file":
            index, names = _path(words, index + 1)
            source.uses.append(Use(names[0], None, None, False, (), token.line))
            pending, modifiers = ("extension", names), set()
        elif declares and word in TYPES and following.is_word:
            index += 1
            name = words[index].text
            source.generics |= _generics(words, index + 1)
            if kind == "body":
                source.locals.add(name)
            else:
                source.declarations.append(_declaration(name, "type", stack, scope, modifiers, token.line))
            if word in SCOPES:
                pending = ("body", ()) if kind == "body" else ("type", (name,))
            modifiers = set()
        elif declares and word in ("func", "var", "let", "init", "case", "subscript", "macro"):
            if kind == "body" or depth:
                source.locals |= set(_names(words, index))
            elif not (word == "case" and kind == "file"):
                for name in _names(words, index):
                    source.declarations.append(_declaration(
                        name, "function" if kind == "file" else "member", stack, scope, modifiers | {word}, token.line))
            if word in ("func", "init"):
                source.generics |= _generics(words, index + 1 + (word == "func"))
                pending = None
            if word == "func" or word == "init" and kind != "body":
                # The name is declared, not used.
                index += word == "func"
            modifiers = set()
        elif token.is_word:
            receiver = _receiver(words, index) if before == "." else None
            called = following.text == "("
            label = words[index + 2].text if called and words[index + 2].is_word and words[index + 3].text == ":" else None
            is_label = following.text == ":" and word[0].islower() and before not in (".", "?", ":", "case")
            is_accessor = word in ACCESSORS and (
                following.text in ACCESSORS | {"{", "}", "throws"} or called and words[index + 2].text == "newValue")
            if not is_label and not is_accessor:
                source.uses.append(Use(word, receiver, label, called, scope, token.line))
        index += 1
    return source


def _declaration(name, kind, stack, scope, modifiers, line):
    return Declaration(
        name, kind, scope, stack[-1][0] == "extension", bool({"private", "fileprivate"} & modifiers),
        kind == "type" or bool({"static", "class", "case"} & modifiers), line)


def _receiver(words, index):
    """The word before a member's dot, "" where that isn't one."""
    index -= 2
    if index > 0 and words[index].text in "?!":
        index -= 1
    return words[index].text if index >= 0 and words[index].is_word else ""


def _annotation(words, index):
    """The type that is written from here on, "" where it isn't a plain name."""
    while words[index].text in ("inout", "borrowing", "consuming", "sending", "any", "some"):
        index += 1
    return words[index].text if words[index].is_word and words[index + 1].text not in (".", "(") else ""


def _path(words, index):
    """A type's path, `A.B`, and the index of its last word."""
    names = [words[index].text]
    while words[index + 1].text == "." and words[index + 2].is_word:
        index += 2
        names.append(words[index].text)
    return index, tuple(names)


def _generics(words, index):
    """The names between `<` and `>` that a declaration makes."""
    if words[index].text != "<":
        return set()
    names, depth = set(), 0
    while words[index].text:
        depth += {"<": 1, ">": -1 if words[index - 1].text != "-" else 0}.get(words[index].text, 0)
        if depth == 0:
            break
        if depth == 1 and words[index].text in "<,":
            names.add(words[index + 1 + (words[index + 1].text in ("let", "each"))].text)
        index += 1
    return names


def _names(words, index):
    """The names that a `func`, `var`, `let`, `case` or `init` declares; an initializer is `init(` and its first label."""
    kind = words[index].text
    index += 1
    if kind in ("init", "subscript"):
        while words[index].text not in ("(", ""):
            index += 1
        label = words[index + 1].text
        return [f"init({label}"] if kind == "init" and label not in ("_", ")") else []
    if kind in ("var", "let") and words[index].text == "(":
        end = index
        while words[end].text not in (")", ""):
            end += 1
        return [token.text for token in words[index:end] if token.is_word]
    names = []
    while words[index].is_word:
        names.append(words[index].text)
        index += 1
        if kind == "case" and words[index].text == "(":
            depth = 1
            while depth and words[index].text:
                index += 1
                depth += {"(": 1, ")": -1}.get(words[index].text, 0)
            index += 1
        if words[index].text == "=" and kind == "case":
            while words[index].text != "," and words[index].line == words[index + 1].line:
                index += 1
        if kind == "func" or words[index].text != ",":
            break
        index += 1
    return names
