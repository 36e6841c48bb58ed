"""scripts/rooms, on small trees of sources."""
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "rooms"))

import rules  # noqa: E402
import swift  # noqa: E402

RULES = """
everywhere = ["Glibc"]
[limits]
files = 3
lines = 30
[targets]
Base = []
App = ["Base"]
[rooms]
App = ["Ground", ["Left", "Right"], "Roof"]
"""
CLEAN = {
    "Sources/Base/Clock.swift": "import Glibc\npublic struct Clock { public struct Hand {} }\n",
    "Sources/App/Ground/Point.swift": "struct Point { var x = 0; struct Name {} }\nfunc check() {}\n",
    "Sources/App/Left/Line.swift": "import Base\nstruct Line { var from: Point, to: Point }\n",
    "Sources/App/Right/Ring.swift": "struct Ring { var center: Point }\nextension Point { var ring: Ring { Ring(center: self) } }\n",
    "Sources/App/Roof/Plan.swift": "struct Plan { var name: Point.Name; func draw(_ line: Line) { check() } }\n",
}


class Check(unittest.TestCase):
    def found(self, changes=None, settings=RULES):
        """The breaches of the clean tree with these files in it."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in (CLEAN | (changes or {})).items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(textwrap.dedent(text))
            (root / "rooms.toml").write_text(settings)
            program = subprocess.run(
                [sys.executable, ROOT / "scripts" / "rooms", "--root", root, "--rules", root / "rooms.toml"],
                capture_output=True, text=True)
            lines = program.stderr.splitlines()
            self.assertEqual(program.returncode, 1 if lines else 0)
            return lines

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.found(), [])

    def test_an_upward_arrow_is_named_with_file_and_line(self):
        found = self.found({"Sources/App/Ground/Point.swift": "struct Point { struct Name {} }\n\nlet plan: Plan\nfunc check() {}\n"})
        self.assertIn(
            "Sources/App/Ground/Point.swift:3: App/Ground may not use Plan of App/Roof (Sources/App/Roof/Plan.swift:1)",
            found)

    def test_a_circle_is_reported(self):
        [arrow, circle] = self.found({"Sources/App/Left/Line.swift": "struct Line { var plan: Plan? }\n"})
        self.assertIn("App/Left may not use Plan of App/Roof", arrow)
        self.assertEqual(circle, "a circle: App/Left → App/Roof → App/Left")

    def test_a_circle_of_targets_is_reported(self):
        found = self.found({"Sources/Base/Clock.swift": "import App\n"})
        self.assertEqual(found, [
            "Sources/Base/Clock.swift:1: Base may not import App", "a circle: App → Base → App"])

    def test_neighbours_may_not_use_each_other(self):
        found = self.found({"Sources/App/Left/Line.swift": "struct Line { var ring: Ring? }\n"})
        self.assertIn("App/Left may not use Ring of App/Right", found[0])

    def test_members_of_extensions_and_functions_are_found(self):
        for use, name in [
            ("func f(p: Point) { p.length }", "length"), ("let a = Point.origin", "Point.origin"),
            ("let a = Point(string: x)", "Point"), ("extension Point { var twice: Int { 2 * length } }", "length"),
            ("func f() { weigh(1) }", "weigh"), ("func f(l: Line) { l.from?.length }", "length"),
            ('let a = "\\(Plan())"', "Plan"), ("let a: [Plan: Int]", "Plan"), ("@Plan var x: Int", "Plan"),
            ("func f<T>(_ x: T) where T == Plan {}", "Plan"), ("let a = App.Plan()", "Plan"),
            ("var corner: Point\nfunc f() { corner.length }", "length"),
        ]:
            with self.subTest(use):
                found = self.found({
                    "Sources/App/Left/Use.swift": use + "\n",
                    "Sources/App/Roof/Plan.swift": """\
                        struct Plan {}
                        func weigh(_ value: Int) {}
                        extension Point {
                            var length: Int { 1 }
                            static let origin = Point()
                            init(string: String) {}
                        }
                        """})
                self.assertIn(f"Sources/App/Left/Use.swift:{use.count(chr(10)) + 1}: App/Left may not use {name} of ", found[0])

    def test_names_that_mean_something_else_are_not_taken_for_arrows(self):
        for use in [
            "// Plan\n/* Plan /* Plan */ Plan */ struct A {}", 'let a = "Plan", b = #"Plan \\(Plan)"#',
            'let a = """\n    Plan "Plan"\n    """', "struct A<Plan> { var x: Plan }", "struct A { enum Plan {}; var x: Plan }",
            "private struct Plan {}\nlet a = Plan()", "func f() { struct Plan {}; _ = Plan() }", "let a = Other.Plan()",
            "func f(a: Other) { a.length }", "struct A { var length = 1; func f() { length } }",
            "struct A { func weigh() {}; func f() { weigh() } }", "func f(weigh: () -> Void) { let weigh = 1; weigh }",
            "let t: (length: Int, b: Int)\nlet u = t.length", "struct A { var x: Int { get { 1 } set { } } }",
            "protocol A { var x: Int { get set } }", "import Base\nextension Clock { func f(_: Hand) {} }",
        ]:
            with self.subTest(use):
                self.assertEqual(self.found({
                    "Sources/App/Left/Use.swift": use + "\n",
                    "Sources/App/Roof/Plan.swift":
                        "struct Plan {}\nstruct Hand {}\nfunc weigh() {}\nfunc set() {}\n"
                        "extension Point { var length: Int { 1 } }\n"}), [])

    def test_private_names_of_a_room_above_are_not_meant(self):
        self.assertEqual(self.found({
            "Sources/App/Left/Use.swift": "let a = Hidden()\nlet b = Point().length\n",
            "Sources/App/Roof/Plan.swift": """\
                private struct Hidden {}
                private extension Point { var x: Int { 1 } }
                extension Point { fileprivate var length: Int { 1 } }
                """}), [])

    def test_an_exception_is_explained_and_needed(self):
        exception = '[[exceptions]]\nfile = "Sources/App/Left/Line.swift"\nname = "Plan"\nwhy = "a factory"\n'
        self.assertEqual(self.found({"Sources/App/Left/Line.swift": "struct Line { var plan: Plan? }\n"}, RULES + exception), [])
        self.assertEqual(self.found(settings=RULES + exception), [
            "rooms.toml: no longer needed: Sources/App/Left/Line.swift, Plan"])

    def test_a_room_in_a_room_is_one_of_its_own(self):
        settings = RULES.replace('"Roof"', '"Roof", "Left/Upper"')
        found = self.found({
            "Sources/App/Left/Upper/High.swift": "struct High { var plan: Plan }\n",
            "Sources/App/Roof/Use.swift": "let a: High\n"}, settings)
        self.assertIn("App/Roof may not use High of App/Left/Upper", found[0])

    def test_other_breaches(self):
        self.assertEqual(self.found({"Sources/App/Left/Use.swift": "import Base\nimport Other\n"}), [
            "Sources/App/Left/Use.swift:2: App may not import Other"])
        self.assertEqual(self.found({"Sources/App/Use.swift": "\n"}), ["Sources/App/Use.swift: is in no room of App"])
        self.assertEqual(self.found({"Sources/New/Use.swift": "\n"}), ["Sources/New: rooms.toml knows no such target"])
        self.assertEqual(self.found({f"Tests/A/{number}.txt": "" for number in range(4)}), [
            "Tests/A: 4 files, more than 3"])
        self.assertEqual(self.found({"Tests/Long.swift": "\n" * 31}), ["Tests/Long.swift: 31 lines, more than 30"])


class Reading(unittest.TestCase):
    def test_interpolations_are_code_and_lines_are_right(self):
        tokens = swift.tokens('a\n"x \\(b("\\(c)")) y" /* \n */ d #"\\(no) \\#(e)"#')
        self.assertEqual([(token.text, token.line) for token in tokens if token.is_word],
                         [("a", 1), ("b", 2), ("c", 2), ("d", 3), ("e", 3)])

    def test_declarations(self):
        source = swift.read("""
            public final class A<T>: B {
                private(set) var x: Int = { let hidden = 1; return hidden }()
                class func make() -> A { struct Local {} }
                enum C { case a, b(Int), c }
            }
            extension D.E where F == G { struct H {} }
            fileprivate func f<each U>(_ value: U) {}
            """)
        self.assertEqual(
            [(item.name, item.owner, item.kind, item.is_private) for item in source.declarations], [
                ("A", (), "type", False), ("x", ("A",), "member", False), ("make", ("A",), "member", False),
                ("C", ("A",), "type", False), ("a", ("A", "C"), "member", False), ("b", ("A", "C"), "member", False),
                ("c", ("A", "C"), "member", False), ("H", ("D", "E"), "type", False), ("f", (), "function", True)])
        self.assertEqual(source.generics, {"T", "U"})

    def test_circles(self):
        self.assertEqual(list(rules.circles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")])), [["a", "b", "c", "a"]])
        self.assertEqual(list(rules.circles([("a", "b"), ("a", "c"), ("b", "c")])), [])


if __name__ == "__main__":
    unittest.main()
