"""Lists the benchmarks, tells which databases one needs, or runs one. Called by script/bench.

python bench/run.py --list
python bench/run.py --databases NAME
python bench/run.py -c CONF NAME SIZE KIND=DATABASE...
"""

import ast
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def benchmarks():
    """{name: (first line of the docstring, kinds of databases)} of the files that have a function run."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if not any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
            continue
        databases = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DATABASES"
        ]
        found[path.stem] = (ast.get_docstring(tree).splitlines()[0], databases[0])
    return found


def main(arguments):
    if arguments == ["--list"]:
        for name, (what, _databases) in benchmarks().items():
            print(f"  {name:8} {what}")
        return 0
    if arguments[:1] == ["--databases"]:
        known = benchmarks().get(arguments[1])
        print(*(known[1] if known else ()))
        return 0 if known else 1
    _option, conf, name, size, *databases = arguments
    import frame

    frame.start(conf)
    sides = {kind: frame.Side(kind, database) for kind, database in (pair.split("=") for pair in databases)}
    importlib.import_module(name).run(sides, frame.SIZES[size])
    return 1 if frame.missed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
