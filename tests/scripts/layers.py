#!/usr/bin/env python3
"""The rules that no compiler checks: which folder includes which, where a library is used, file length, layout.

    python3 tests/scripts/layers.py [ROOT]       prints a line for each violation; exits 1 when there is one
    python3 tests/scripts/layers.py --self-test  breaks each rule in a small tree and checks that it is reported
    python3 tests/scripts/layers.py --edges      prints which folder of src includes which
"""

import os
import re
import subprocess
import sys
import tempfile

# Which folders of src each folder may include besides itself. A folder below one of these belongs to it.
LAYERS = {
    "base": [],
    "core": ["base"],
    "judge": ["base", "core"],
    "health": ["base", "core"],
    "migrations": ["base", "core"],
    "cli": ["base", "core"],
    "report": ["base", "core"],
    "net": ["base", "core"],
    "probes": ["base", "core", "net"],
    "probes/common": ["base", "core", "net"],
    "plan": ["base", "core", "net", "probes"],
    "run": ["base", "core", "net", "probes", "plan", "judge"],
    "app": ["base", "core", "net"],
}

# Every other folder of probes is a kind, which may include these and what is listed for it below, but no other kind.
KIND = ["base", "core", "net", "probes", "probes/common"]
KINDS = {
    "probes/celery": ["probes/amqp", "probes/redis"],
    "probes/http": ["health"],
    "probes/postgres": ["migrations"],
}

# Libraries: how their headers begin, the package in tests/scripts/packages that brings them, and the folders or files of src
# that may include them; "" is all of src.
LIBRARIES = [
    (r"ares(_[a-z]+)?\.h$", "libc-ares-dev", ["probes/dns"]),
    (r"asio(/|\.hpp$)", "libasio-dev", ["net", "run", "app/versions.cpp"]),
    (r"CLI/", "libcli11-dev", ["cli", "app/versions.cpp"]),
    (r"curl/", "libcurl4-openssl-dev", ["probes/common/http", "probes/http"]),
    (r"doctest/", "doctest-dev", []),
    (r"expat\.h$", "libexpat1-dev", ["migrations/changelog/xml.cpp"]),
    (r"fmt/", "libfmt-dev", [""]),
    (r"hiredis/", "libhiredis-dev", ["probes/redis"]),
    (r"libpq-fe\.h$", "libpq-dev", ["probes/postgres"]),
    (r"nlohmann/", "nlohmann-json3-dev", [""]),
    (r"openssl/", "libssl-dev", ["app", "net", "migrations/digest.cpp"]),
    (r"yaml\.h$", "libyaml-dev", ["migrations/changelog/yaml.cpp"]),
    (r"pcre2\.h$", "libpcre2-dev", ["core/pattern.cpp"]),
]
STANDARD = re.compile(r"[a-z_0-9]+$")
SYSTEM = re.compile(
    r"(sys|netinet|arpa|net|linux)/[a-z0-9_]+\.h$|gnu/libc-version\.h$"
    r"|(dirent|errno|fcntl|getopt|glob|langinfo|limits|locale|malloc|netdb|nss|poll|pthread|pty|pwd|sched|signal|spawn|stdint|stdio"
    r"|stdlib|string|strings|termios|time|unistd|wchar)\.h$"
)
BANNED = re.compile(r"(iostream|ostream|istream|fstream|sstream|iomanip|regex)$")
MOST_LINES = 400
PACKAGES = "tests/scripts/packages"


def is_in(path, folders):
    """True when `path`, as seen from src, is one of `folders` or lies below one."""
    return any(folder in ("", path) or path.startswith(folder + "/") for folder in folders)


def layer_of(path):
    """The layer that `path`, as seen from src, belongs to: "net", or "probes/http" for a kind; None when there is none."""
    folders = path.split("/")[:-1]
    if folders[:1] == ["probes"]:
        return "/".join(folders[:2])
    return folders[0] if folders and folders[0] in LAYERS else None


def allowed_for(layer):
    return LAYERS[layer] if layer in LAYERS else KIND + KINDS.get(layer, [])


def includes(code):
    """(line, path, True for "..." and False for <...>) of every #include."""
    for number, line in enumerate(code.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            yield number, match[1] or match[2], match[1] is not None


def without_comments_and_strings(code):
    """`code` with comments and quoted text replaced by blanks; line ends stay."""
    quoted = r"""//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"""
    return re.sub(quoted, lambda match: re.sub(r"[^\n]", " ", match[0]), code, flags=re.S)


def line_of(code, offset):
    return 1 + code.count("\n", 0, offset)


class Checker:
    """Reads the tree at `root` and collects its violations, a line each."""

    def __init__(self, root):
        self.root = root
        self.violations = []
        self.packages = set(self.read(PACKAGES).split())
        self.included = {}  # of each file of src: the line and path of the files of src that it includes

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

    def report(self, path, line, message):
        self.violations.append(f"{path}:{line}: {message}" if line else f"{path}: {message}")

    def source_files(self):
        found = []
        for top in ("src", "tests"):
            for folder, _, names in os.walk(os.path.join(self.root, top)):
                found += [os.path.join(folder, name) for name in names if name.endswith((".cpp", ".hpp"))]
        return sorted(os.path.relpath(path, self.root) for path in found)

    def check_layer(self, path, line, target):
        inside = path.removeprefix("src/")
        self.included.setdefault(inside, []).append((line, target))
        if inside == "main.cpp":
            return
        layer, other = layer_of(inside), layer_of(target)
        if layer is None:
            self.report(path, line, f"{os.path.dirname(path)} is not in the table of tests/scripts/layers.py")
        elif other is None:
            self.report(path, line, f'"{target}" must be written as seen from src')
        elif other != layer and other not in allowed_for(layer):
            self.report(path, line, f"{layer} may not include {other}")

    def check_library(self, path, line, header):
        inside = path.removeprefix("src/") if path.startswith("src/") else None
        if inside and BANNED.match(header):
            self.report(path, line, f"<{header}> is not allowed in src")
            return
        if STANDARD.match(header) or SYSTEM.match(header):
            return
        for pattern, package, allowed in LIBRARIES:
            if not re.match(pattern, header):
                continue
            if package not in self.packages:
                self.report(path, line, f"<{header}> needs {package}, which is not in {PACKAGES}")
            if inside and not is_in(inside, allowed):
                self.report(path, line, f"<{header}> is not allowed here")
            return
        self.report(path, line, f"<{header}> belongs to a library that is not in the table of tests/scripts/layers.py")

    def check_co_await(self, path, code):
        """GCC 12.2 miscompiles temporaries inside co_await expressions: see src/net/task.hpp."""
        for match in re.finditer(r"\bco_await\b", code):
            depth = 0
            for token in re.finditer(r"[(){};\[]", code[match.end() :]):
                before = code[match.end() : match.end() + token.start()].rstrip()
                depth += {"(": 1, ")": -1}.get(token[0], 0)
                if token[0] == ";" or depth < 0:
                    break
                # After a name or a closing bracket it is a subscript.
                if token[0] in "()" or (token[0] == "[" and re.search(r"[\w)\]]$", before)):
                    continue
                what = "a lambda" if token[0] == "[" else "braces"
                self.report(path, line_of(code, match.start()), f"{what} inside a co_await expression")
                break

    def check_calls(self, path, code):
        rules = [(r"\bstd::regex", "std::regex overflows the stack on hostile input")]
        if path != "src/main.cpp":
            exits = r"\b(?:_exit|exit|quick_exit|abort)(?=\s*\()|\b(?:stdout|puts|printf|fmt::print|write\s*\(\s*STDOUT_FILENO)\b"
            rules.append((exits, "{} belongs in main.cpp"))
        for pattern, message in rules:
            for match in re.finditer(pattern, code):
                self.report(path, line_of(code, match.start()), message.format(match[0]))

    def check_circles(self):
        """Reports each include that leads back to a file that is being included."""
        done, under_way = set(), []

        def visit(file):
            if file in done:
                return
            under_way.append(file)
            for line, target in self.included.get(file, []):
                if target in under_way:
                    self.report("src/" + file, line, f"{target} includes this file in turn")
                else:
                    visit(target)
            under_way.pop()
            done.add(file)

        for file in sorted(self.included):
            visit(file)

    def check_layout(self, files):
        formatted = subprocess.run(
            ["clang-format", "--dry-run", *files], cwd=self.root, capture_output=True, text=True, check=False
        )
        if formatted.returncode != 0:
            self.report("clang-format", 0, "does not run")
        reported = set()
        for path, line in re.findall(r"^(.+?):(\d+):\d+: warning: code should be clang-formatted", formatted.stderr, re.M):
            if path not in reported:
                self.report(path, line, "clang-format -i would change this")
            reported.add(path)

    def check_file(self, path):
        code = self.read(path)
        for line, header, own in includes(code):
            if not own:
                self.check_library(path, line, header)
            elif path.startswith("src/"):
                self.check_layer(path, line, header)
        if not path.startswith("src/"):
            return
        bare = without_comments_and_strings(code)
        self.check_co_await(path, bare)
        self.check_calls(path, bare)
        lines = code.count("\n")
        if lines > MOST_LINES:
            self.report(path, 0, f"{lines} lines; the limit is {MOST_LINES}")

    def check(self):
        files = self.source_files()
        for path in files:
            self.check_file(path)
        self.check_circles()
        self.check_layout(files)
        if not os.path.exists(os.path.join(self.root, "CHANGELOG.md")):
            self.report("CHANGELOG.md", 0, "is missing")
        return self.violations

    def edges(self):
        """A line "FOLDER -> FOLDER ..." for each folder of src."""
        for path in self.source_files():
            self.check_file(path)
        found = {}
        for file, targets in self.included.items():
            folder = layer_of(file) or file
            found.setdefault(folder, set()).update(layer_of(target) or target for _, target in targets)
        return [f"{folder} -> {' '.join(sorted(found[folder] - {folder}))}" for folder in sorted(found)]


# ---- self-test: a small tree in which everything is allowed, and one change after the other

GOOD = {
    "CHANGELOG.md": "# Changes\n",
    PACKAGES: "doctest-dev\nlibasio-dev\nlibcli11-dev\nlibfmt-dev\nlibpq-dev\nlibssl-dev\n",
    "src/main.cpp": '#include <stdlib.h>\n\n#include "run/run.hpp"\n\nint main() { exit(0); }\n',
    "src/base/text.hpp": "#include <fmt/core.h>\n\n#include <string>\n",
    "src/core/url.hpp": '#include "base/text.hpp"\n',
    "src/net/task.hpp": '#include <asio/awaitable.hpp>\n\n#include "core/url.hpp"\n',
    "src/probes/probe.hpp": '#include "net/task.hpp"\n',
    "src/probes/common/json.hpp": '#include "core/url.hpp"\n',
    "src/probes/redis/resp.hpp": '#include "probes/common/json.hpp"\n',
    "src/probes/celery/celery.cpp": '#include "probes/probe.hpp"\n#include "probes/redis/resp.hpp"\n',
    "src/run/run.hpp": '#include <sys/socket.h>\n\n#include "judge/judge.hpp"\n',
    "src/judge/judge.hpp": '#include "base/text.hpp"\n',
    "src/cli/cli.cpp": "#include <CLI/CLI.hpp>\n",
    "tests/core/test.cpp": "#include <doctest/doctest.h>\n",
}

# (rule, the file that is added, its text or None to remove it, the violation or "" when the change is allowed)
TABLE = "is not in the table of tests/scripts/layers.py"
CASES = [
    ("nothing is wrong", "src/core/a.cpp", "", ""),
    ("base includes only base", "src/base/a.cpp", '#include "core/url.hpp"\n', ":1: base may not include core"),
    ("core includes only base", "src/core/a.cpp", '#include "net/task.hpp"\n', ":1: core may not include net"),
    ("judge does not include run", "src/judge/a.cpp", '#include "run/run.hpp"\n', ":1: judge may not include run"),
    ("net does not include probes", "src/net/a.cpp", '#include "probes/probe.hpp"\n', ":1: net may not include probes"),
    ("report does not include judge", "src/report/a.cpp", '#include "judge/judge.hpp"\n', ":1: report may not include judge"),
    ("a kind does not include another", "src/probes/tcp/a.cpp", '#include "probes/redis/resp.hpp"\n',
     ":1: probes/tcp may not include probes/redis"),
    ("what kinds share includes no kind", "src/probes/common/a.cpp", '#include "probes/redis/resp.hpp"\n',
     ":1: probes/common may not include probes/redis"),
    ("a folder below belongs to the one above", "src/net/tls/a.cpp", '#include "probes/probe.hpp"\n',
     ":1: net may not include probes"),
    ("a path is written from src on", "src/core/a.cpp", '#include "url.hpp"\n', ':1: "url.hpp" must be written as seen from src'),
    ("a folder is in the table", "src/attic/a.cpp", '#include "base/text.hpp"\n', ":1: src/attic " + TABLE),
    ("asio in net and run", "src/probes/tcp/a.cpp", "#include <asio/post.hpp>\n", ":1: <asio/post.hpp> is not allowed here"),
    ("CLI11 in cli", "src/plan/a.cpp", "#include <CLI/CLI.hpp>\n", ":1: <CLI/CLI.hpp> is not allowed here"),
    ("a library in one file", "src/app/versions.cpp", "#include <CLI/Version.hpp>\n", ""),
    ("libpq in postgres", "src/probes/tcp/a.cpp", "#include <libpq-fe.h>\n", ":1: <libpq-fe.h> is not allowed here"),
    ("doctest in tests", "src/core/a.cpp", "#include <doctest/doctest.h>\n", ":1: <doctest/doctest.h> is not allowed here"),
    ("a library has its package", "src/probes/http/a.cpp", "#include <curl/curl.h>\n",
     ":1: <curl/curl.h> needs libcurl4-openssl-dev, which is not in " + PACKAGES),
    ("a library is in the table", "src/core/a.cpp", "#include <boost/any.hpp>\n", ":1: <boost/any.hpp> belongs to a library that " + TABLE),
    ("no iostreams", "src/core/a.cpp", "#include <iostream>\n", ":1: <iostream> is not allowed in src"),
    ("no std::regex", "src/core/a.cpp", "std::regex pattern;\n", ":1: std::regex overflows the stack on hostile input"),
    ("no braces after co_await", "src/net/a.cpp", "auto a() { co_await send(Words{1}); }\n", ":1: braces inside a co_await expression"),
    ("no lambda after co_await", "src/net/a.cpp", "auto a() {\n  co_await send([] { return 1; });\n}\n",
     ":2: a lambda inside a co_await expression"),
    ("braces after the awaited condition", "src/net/a.cpp", "auto a() {\n  while (co_await more(list[0])) {\n    co_return;\n  }\n}\n", ""),
    ("braces in quoted text", "src/net/a.cpp", "auto a() { co_await send(\"{ [\", '{'); }  // co_await {\n", ""),
    ("only main exits", "src/run/a.cpp", "void a() { _exit(1); }\n", ":1: _exit belongs in main.cpp"),
    ("only main writes to stdout", "src/run/a.cpp", 'void a() { fputs("", stdout); }\n', ":1: stdout belongs in main.cpp"),
    ("only main writes to descriptor 1", "src/run/a.cpp", 'void a() { ::write(STDOUT_FILENO, "", 1); }\n',
     ":1: write(STDOUT_FILENO belongs in main.cpp"),
    ("descriptor 1 may be looked at", "src/run/a.cpp", "void a() { ::fcntl(STDOUT_FILENO, 1); }\n", ""),
    ("short files", "src/core/a.cpp", "// One of many lines.\n" * 401, ": 401 lines; the limit is 400"),
    ("files just short enough", "src/core/a.cpp", "// One of many lines.\n" * 400, ""),
    ("clang-format decides", "src/core/a.cpp", "int a  = 1;\n", ":1: clang-format -i would change this"),
    ("there is a changelog", "CHANGELOG.md", None, ": is missing"),
]
CIRCLE = {"src/core/a.hpp": '#include "core/b.hpp"\n', "src/core/b.hpp": '#include "core/a.hpp"\n'}


def violations_of(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            if text is not None:
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
        return "\n".join(Checker(root).check())


def self_test(clang_format):
    good = {**GOOD, ".clang-format": clang_format}
    cases = [(rule, {path: text}, path + expected if expected else "") for rule, path, text, expected in CASES]
    cases.append(("no include circles", CIRCLE, "src/core/b.hpp:1: core/a.hpp includes this file in turn"))
    failures = 0
    for rule, changes, expected in cases:
        found = violations_of({**good, **changes})
        if found != expected:
            print(f"{rule}:\n  expected: {expected}\n  found: {found}")
            failures += 1
    return failures


def main(arguments):
    project = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    if arguments == ["--self-test"]:
        with open(os.path.join(project, ".clang-format"), encoding="utf-8") as file:
            return 1 if self_test(file.read()) else 0
    checker = Checker(arguments[0] if arguments and arguments != ["--edges"] else project)
    if arguments == ["--edges"]:
        print("\n".join(checker.edges()))
        return 0
    violations = checker.check()
    print("".join(violation + "\n" for violation in violations), end="")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
