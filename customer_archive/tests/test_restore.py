"""A backup from before a destruction: nobody gets in before it is destroyed again (R9); uninstalling (R8)."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.cli.command import find_command
from odoo.exceptions import AccessDenied, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools.destruction import sealed
from .destroy import NAMES, DestroyCommon


class RestoreCommon(DestroyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register = cls.env["customer.archive.destruction"]

    @contextmanager
    def exported(self, *lines):
        """The exported register has these lines; nothing is written into the real one."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "destroyed.jsonl"
            path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
            with patch.object(self.env.registry["customer.archive.destruction"], "_export_path", lambda register: path):
                yield path

    def restored(self):
        """The line of the register for the doomed archive; the database is as before, it knows nothing of it."""
        self.env.cr.execute("SAVEPOINT backup")
        result = self.doomed_archive._destroy()
        line = self.register._record(self.doomed_archive, None, result)._line()
        self.env.cr.execute("ROLLBACK TO SAVEPOINT backup")
        self.env.invalidate_all()
        self.assertEqual(self.doomed_archive.state, "active")
        return line


@tagged("post_install", "-at_install")
class TestRestore(RestoreCommon):
    def test_repeat(self):
        line = self.restored()
        with self.exported(line) as path:
            self.assertTrue(self.register._is_behind())
            told = self.register._repeat(path.read_text(encoding="utf-8").splitlines())
            self.assertEqual(told, {"repeated": [self.doomed_archive.number], "entries": 1, "failed": {}})
            self.assertFalse(self.register._is_behind())
            # A second time there is nothing to be done.
            again = self.register._repeat(path.read_text(encoding="utf-8").splitlines())
            self.assertEqual(again, {"repeated": [], "entries": 0, "failed": {}})
        self.assertEqual(self.doomed_archive.state, "destroyed")
        self.assertEqual(self.places(self.telltales), {})
        entry = self.register.search([("archive_id", "=", self.doomed_archive.id)])
        self.assertEqual(entry._line(), line)

    def test_nobody_logs_in(self):
        line = self.restored()
        user = self.user["clerk"]
        good = {"type": "password", "login": user.login, "password": "test_clerk"}

        def log_in():
            return user.with_user(user)._check_credentials(dict(good), {"interactive": True})

        self.assertTrue(log_in())
        with (
            self.exported(line) as path,
            patch.object(self.env.registry, "customer_archive_behind", False, create=True),
        ):
            with mute_logger("odoo.addons.customer_archive.models.customer_archive_restore"):
                self.register._register_hook()  # the server starts
            with self.refused(AccessDenied, "odoo archive_restore"):
                log_in()
            self.register._repeat([line])
            self.assertTrue(log_in())
            path.unlink()
            self.register._register_hook()
            self.assertTrue(log_in())

    def test_merged_since(self):
        """What had been merged into it after the backup was made has an archive of its own again: it goes as well."""
        line = self.restored()
        absorbed = self.partner(name="金丝雀后来合并", is_company=True)
        archive = self.open(absorbed, self.category_company)
        entry = {**self.register._lines_to_repeat([line])[0][0]}
        entry["merged"] = [{"archive_id": archive.id, "number": archive.number}]
        with self.exported(sealed(entry)):
            told = self.register._repeat([sealed(entry)])
        self.assertEqual(set(told["repeated"]), {self.doomed_archive.number, archive.number})
        self.assertEqual(self.places(["金丝雀后来合并"]), {})

    def test_hold_of_the_backup(self):
        """A hold that the backup knows was lifted before: it doesn't keep the archive from being destroyed again."""
        line = self.restored()
        with patch.object(
            self.env.registry["customer.archive"],
            "_hold_sentences",
            lambda archives, lock=False: {archive.id: ["Held."] for archive in archives},
        ):
            with self.refused(UserError, "is on hold"):
                self.doomed_archive._destroy()
            with self.exported(line):
                told = self.register._repeat([line])
        self.assertEqual(told["failed"], {})

    def test_another_database_of_that_name(self):
        """An archive that only has the same number is left alone."""
        line = self.restored()
        entry = {**self.register._lines_to_repeat([line])[0][0], "opened_on": "2001-01-01"}
        with self.exported(sealed(entry)):
            self.assertFalse(self.register._is_behind())

    def test_changed_line(self):
        """A line that somebody changed is refused; nothing is destroyed."""
        line = self.restored().replace(self.doomed_archive.number, self.other_archive.number)
        with self.exported(line), mute_logger("odoo.addons.customer_archive.models.customer_archive_restore"):
            with self.assertRaises(ValueError):
                self.register._repeat([line])
            self.assertFalse(self.register._is_behind())
        self.assertEqual(self.other_archive.state, "active")

    def test_one_that_fails(self):
        """It is told, its entry waits, and the server stays closed."""
        line = self.restored()

        def fail(archives, step):
            raise UserError(archives.env._("broken"))

        with self.exported(line):
            with patch.object(self.env.registry["customer.archive"], "_destroy_step", fail):
                told = self.register._repeat([line])
            self.assertEqual(told["failed"], {self.doomed_archive.number: "broken"})
            self.assertTrue(self.register._is_behind())

    # -- uninstalling ----------------------------------------------------------------------------------------------

    def test_uninstall_asks_for_the_register(self):
        module = self.env["ir.module.module"].search([("name", "=", "customer_archive")])
        self.env["ir.config_parameter"].set_param("customer_archive.register_saved", False)
        for modules in (module, module.search([("name", "=", "sales_team")])):
            with self.refused(UserError, "Save the register first"):
                modules.button_uninstall()
        self.of("archivist", self.register).with_context(allowed_company_ids=self.company_one.ids).action_download()
        module._archive_check_saved()
        self.restored()  # destroys, and takes it back
        self.register._record(self.other_archive, None, self.other_archive._destroy())
        with self.refused(UserError, "Save the register first"):
            module.button_uninstall()


@tagged("post_install", "-at_install")
class TestRestoreHttp(RestoreCommon, HttpCase):
    def test_sessions_are_closed(self):
        """Whoever was logged in when the backup was made is told, and sees nothing."""
        line = self.restored()
        self.authenticate("test_clerk", "test_clerk")
        self.assertEqual(self.url_open("/odoo").status_code, 200)
        with self.exported(line), patch.object(self.env.registry, "customer_archive_behind", True, create=True):
            self.assertTrue(self.register._still_behind())
            response = self.url_open("/odoo", allow_redirects=False)
            self.assertEqual(response.status_code, 503)
            self.assertIn("archive_restore", response.text)
            self.assertNotIn(NAMES[0], response.text)


@tagged("post_install", "-at_install")
class TestRestoreCommand(RestoreCommon):
    def test_command(self):
        """The command says what it would do, does it, and says what it did."""
        line = self.restored()
        command = find_command("archive_restore")
        self.assertTrue(command, "Odoo finds it in the addons path")
        told = []

        class Options:
            archive_register = None
            archive_check = True

        with (
            self.exported(line) as path,
            patch.object(command, "_say", lambda self, sentence: told.append(sentence)),
            patch.object(self.env.cr, "commit", lambda: None),
        ):
            Options.archive_register = os.fspath(path)
            self.assertEqual(command()._run(self.env, Options), 1)
            self.assertIn(self.doomed_archive.number, told[0])
            Options.archive_check = False
            self.assertEqual(command()._run(self.env, Options), 0)
            self.assertEqual(command()._run(self.env, Options), 0)
        self.assertEqual(self.doomed_archive.state, "destroyed")
        self.assertIn(f"destroyed again: {self.doomed_archive.number}", told)
