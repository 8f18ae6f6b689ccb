"""Lists the benchmarks, tells which databases one needs, or runs one. Called by script/bench.

python bench/run.py --list
python bench/run.py --databases NAME
python bench/run.py --modules NAME        Odoo's modules that its databases have besides
python bench/run.py --documents NAME      1 if they have documents of these
python bench/run.py -c CONF NAME SIZE KIND=DATABASE...
"""

import ast
import importlib
import pathlib
import sys

CONSTANTS = ("DATABASES", "MODULES", "DOCUMENTS")
HERE = pathlib.Path(__file__).resolve().parent


def benchmarks():
    """{name: (first line of the docstring, its CONSTANTS)} of the files that have a function run."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if not any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
            continue
        constants = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in CONSTANTS
        }
        found[path.stem] = (ast.get_docstring(tree).splitlines()[0], constants)
    return found


def main(arguments):
    if arguments == ["--list"]:
        for name, (what, _constants) in benchmarks().items():
            print(f"  {name:8} {what}")
        return 0
    if arguments[:1] in (["--databases"], ["--modules"], ["--documents"]):
        known = benchmarks().get(arguments[1])
        value = known[1].get(arguments[0].removeprefix("--").upper(), ()) if known else ()
        print(*(value if isinstance(value, tuple) else [int(value)]))
        return 0 if known else 1
    _option, conf, name, size, *databases = arguments
    import frame

    frame.start(conf)
    sides = {kind: frame.Side(kind, database) for kind, database in (pair.split("=") for pair in databases)}
    importlib.import_module(name).run(sides, frame.SIZES[size])
    return 1 if frame.missed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
