"""``odoo archive_restore``: after a restore from a backup, destroy again what was destroyed since (product.md R9)."""

import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class ArchiveRestore(Command):
    """Destroy again the customer archives that the exported register names, after a restore from a backup."""

    name = "archive_restore"

    def run(self, args):
        parser = config.parser
        parser.prog = self.prog
        parser.add_option(
            "--register",
            dest="archive_register",
            help="The exported register; by default the one of this database. Give it where the backup was restored "
            "under another name.",
        )
        parser.add_option(
            "--check",
            dest="archive_check",
            action="store_true",
            help="Only say what would be destroyed; the exit code is 1 where there is something.",
        )
        options = config.parse_config(args, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database with -d.")
        with Registry(names[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if "customer.archive.destruction" not in env:
                sys.exit(f"Customer Archive is not installed in {names[0]}.")
            sys.exit(self._run(env, options))

    def _run(self, env, options):
        """The exit code: 0 when the database knows every destruction of the register."""
        register = env["customer.archive.destruction"]
        path = options.archive_register or register._export_path()
        try:
            with open(path, encoding="utf-8") as stream:
                lines = stream.readlines()
            if options.archive_check:
                missing = register._lines_to_repeat(lines)
                for entry, _line in missing:
                    self._say(f"{entry['seq']} {entry['number']} {entry['destroyed_at']}")
                self._say(f"{len(missing)} entries of {path} are not in the database.")
                return 1 if missing else 0
            told = register._repeat(lines, commit=env.cr.commit)
        except (OSError, ValueError) as error:
            self._say(f"{path}: {error}")
            return 2
        for number in told["repeated"]:
            self._say(f"destroyed again: {number}")
        for number, sentence in told["failed"].items():
            self._say(f"FAILED: {number}: {sentence}")
        self._say(f"{len(told['repeated'])} archives destroyed again, {told['entries']} entries taken over.")
        return 1 if told["failed"] else 0

    def _say(self, sentence):
        sys.stdout.write(sentence + "\n")
