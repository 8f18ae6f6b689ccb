"""The process that destroys is killed: before the commit nothing has happened, after it the next run ends the work."""

import os
import signal
import subprocess
import sys
import textwrap

from odoo.tests import get_db_name, tagged
from odoo.tools import config

from .at_once import MARK, AtOnceCase

# What the other process does: it destroys, says where it is, and waits there to be killed.
CHILD = """
    import sys, time
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["-c", sys.argv[1], "-d", sys.argv[2], "--no-http", "--log-level=error"])

    def stop(where):
        print(where, flush=True)
        time.sleep(60)

    registry = Registry(sys.argv[2])
    with registry.cursor() as cr:
        archive = api.Environment(cr, SUPERUSER_ID, {})["customer.archive"].browse(int(sys.argv[3]))
        if sys.argv[4] == "before":
            registry["customer.archive"]._seal_destruction = lambda self, results: stop("before")
        else:
            registry["customer.archive.destroy.file"]._collect_after_commit = lambda self: None
        archive._destroy()
        cr.commit()
        stop("after")
"""
CONTENT = b"canary-killed-4711"


@tagged("post_install", "-at_install")
class TestDestroyKilled(AtOnceCase):
    def killed(self, archive_id, where):
        """Let another process destroy the archive, and kill it there."""
        folder = os.path.dirname(os.path.dirname(os.path.dirname(sys.modules["odoo.tools"].__file__)))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])}
        command = [
            sys.executable,
            "-c",
            textwrap.dedent(CHILD),
            config["config"],
            get_db_name(),
            str(archive_id),
            where,
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
            try:
                self.assertEqual(child.stdout.readline().strip(), where)
            finally:
                child.send_signal(signal.SIGKILL)
                child.wait()

    def doomed(self):
        partner_id, archive_id = self.customer(name="金丝雀被杀有限公司", email="killed-4711@example.com")
        with self.superuser() as env:
            file = env["ir.attachment"].create({"name": "f", "raw": CONTENT, "res_model": "res.partner"})
            file.res_id = partner_id
            return partner_id, archive_id, file._full_path(file.store_fname)

    def test_killed_before_the_commit(self):
        partner_id, archive_id, path = self.doomed()
        self.killed(archive_id, "before")
        self.assertEqual(self.look("customer.archive", archive_id, "state", "partner_id"), ("active", partner_id))
        self.assertEqual(self.look("res.partner", partner_id, "email"), ("killed-4711@example.com",))
        self.assertTrue(os.path.exists(path))
        with self.superuser() as env:  # the next run
            env["customer.archive"].browse(archive_id)._destroy()
        self.assertEqual(self.look("customer.archive", archive_id, "state", "partner_id"), ("destroyed", False))
        self.assertFalse(os.path.exists(path), "taken right after the commit")

    def test_killed_after_the_commit(self):
        _partner_id, archive_id, path = self.doomed()
        self.killed(archive_id, "after")
        self.assertEqual(self.look("customer.archive", archive_id, "state", "partner_id"), ("destroyed", False))
        self.assertTrue(os.path.exists(path))
        with self.superuser() as env:
            env["customer.archive.destroy.file"]._cron_collect()
        self.assertFalse(os.path.exists(path))
        with self.superuser() as env:
            counts = env["customer.archive"].browse(archive_id)._destroy_files()[archive_id]
        self.assertEqual(counts, {"gone": 1, "shared": 0, "pending": 0})

    @classmethod
    def _delete_registers(cls, env, partners, users):
        env.flush_all()
        env.cr.execute(
            "DELETE FROM customer_archive_destroy_file WHERE archive_id IN"
            " (SELECT id FROM customer_archive WHERE number LIKE %s)",
            [f"{MARK}-%"],
        )
        return super()._delete_registers(env, partners, users)
