"""Tools for tests of destruction: a customer with a telltale in every place, and a search through everything.

Bridges to other apps use them for their own models.
"""

import base64
import io
import os

from PIL import Image

from odoo.tools import SQL

from .common import ArchiveCommon, make_uscc

# 26 values: each is nowhere else, and none is part of another.
NAMES = ["销毁金丝雀甲有限公司", "金丝雀联系人乙女士", "Canary Preferred Ltd", "金丝雀法定名称丙公司"]
MARKS = {key: f"canary-{key}-4711" for key in "abcdefghijklmnopqrst"}
NUMBERS = {"phone": "13947114711", "bank": "6222471147114711999"}


class DestroyCommon(ArchiveCommon):
    """``doomed`` is a customer with two contacts, of whom one has an account of the portal; ``other`` goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.telltales = {*NAMES, *MARKS.values(), *NUMBERS.values()}
        mark = MARKS
        cls.doomed = cls.partner(
            name=NAMES[0],
            is_company=True,
            email=f"{mark['a']}@example.com",
            phone="+86 139 4711 4711",
            website=f"https://{mark['b']}.example.com",
            street=mark["c"],
            city="北京市",
            vat=make_uscc(4711),
            ref=mark["d"],
            comment=f"<p>{mark['e']}</p>",
            card_legal_name=NAMES[3],
            card_preferred_name=NAMES[2],
            image_1920=cls.picture(),
        )
        cls.telltales.add(cls.doomed.vat)
        cls.man, cls.woman = cls.partner(
            {"name": "金丝雀先生", "parent_id": cls.doomed.id, "email": f"{mark['f']}@example.com"},
            {
                "name": NAMES[1],
                "parent_id": cls.doomed.id,
                "active": False,
                "function": mark["g"],
                "card_occupation": mark["s"],
            },
        )
        cls.account = cls.env["res.users"].create(
            {
                "login": f"{mark['h']}@example.com",
                "partner_id": cls.man.id,
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )
        cls.doomed_archive = cls.open(cls.doomed, cls.category_company)
        cls.other = cls.partner(name="继续存在有限公司", is_company=True, email="goes.on@example.com")
        cls.other_archive = cls.open(cls.other, cls.category_company)
        cls.plant()
        cls.env.flush_all()

    @classmethod
    def picture(cls):
        """A picture that nobody else has."""
        stream = io.BytesIO()
        Image.new("RGB", (300, 300), (47, 11, 99)).save(stream, "PNG")
        return base64.b64encode(stream.getvalue())

    @classmethod
    def plant(cls):
        """Values in what Odoo and this addon keep beside the card."""
        mark = MARKS
        env = cls.env
        cls.bank = env["res.partner.bank"].create({"acc_number": NUMBERS["bank"], "partner_id": cls.doomed.id})
        cls.message = cls.doomed.message_post(body=f"Said {mark['i']}", subject=mark["j"])
        cls.doomed_archive.message_post(body=f"Archive {mark['k']}")
        env["mail.tracking.value"].create(
            {
                "mail_message_id": cls.message.id,
                "field_id": env["ir.model.fields"]._get("res.partner", "email").id,
                "old_value_char": mark["l"],
            }
        )
        cls.doomed.activity_schedule("mail.mail_activity_data_todo", summary=mark["m"], user_id=cls.user["clerk"].id)
        cls.file = env["ir.attachment"].create(
            {
                "name": f"{mark['n']}.txt",
                "res_model": "res.partner",
                "res_id": cls.doomed.id,
                "raw": f"content {mark['o']}".encode(),
            }
        )
        cls.log = env["customer.archive.contact.log"].create(
            {"archive_id": cls.doomed_archive.id, "subject": mark["p"], "summary": mark["q"]}
        )
        env["customer.archive.preference"].create(
            {"partner_id": cls.doomed.id, "kind": "preference", "subject": mark["r"]}
        )
        # A letter about the customer on somebody else's record, a favourite of an employee's, a note of the moment.
        cls.mention = cls.other.message_post(body=f"Sent to us by {NAMES[0]}, {mark['a']}@example.com")
        env["ir.filters"].create(
            {"name": NAMES[0], "model_id": "res.partner", "domain": f"[('email', '=', '{mark['a']}@example.com')]"}
        )
        env["mail.mail"].create(
            {
                "subject": mark["t"],
                "body_html": "x",
                "email_to": f"{mark['a']}@example.com",
                "recipient_ids": [(4, cls.doomed.id)],
                "state": "sent",
            }
        )

    def places(self, values):
        """{value: ["table.column", …]} of all text in the database that holds one of the values, plainly searched."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN pg_class r"
                " ON r.relname = c.table_name AND r.relkind = 'r' AND r.relnamespace = current_schema::regnamespace"
                " WHERE c.table_schema = current_schema AND c.data_type IN"
                " ('text', 'character varying', 'json', 'jsonb', 'bytea') ORDER BY 1, 2"
            )
        )
        found = {}
        for table, column in rows:
            name = SQL.identifier(column)
            text = SQL("encode(%s, 'escape')", name) if self._is_bytes(table, column) else SQL("%s::text", name)
            for (value,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT v FROM %s t JOIN unnest(%s::text[]) v ON position(v in %s) > 0",
                    SQL.identifier(table),
                    list(values),
                    text,
                )
            ):
                found.setdefault(value, []).append(f"{table}.{column}")
        return found

    def _is_bytes(self, table, column):
        kinds = self.env["customer.archive.destroy.engine"]._columns(table)
        return kinds[column][0] == "bytea"

    def files_with(self, values):
        """Files of the store that hold one of the values."""
        store = self.env["ir.attachment"]._filestore()
        found = set()
        for folder, _folders, names in os.walk(store):
            for name in names:
                with open(os.path.join(folder, name), "rb") as stream:
                    content = stream.read()
                if any(value.encode() in content for value in values):
                    found.add(name)
        return found

    def destroy(self, archives=None):
        """Destroy as the process of the people does; the result of the only one, or all results.

        The files stay on disk, as the transaction of a test is never committed: ``collect`` takes them.
        """
        archives = self.doomed_archive if archives is None else archives
        results = archives._destroy_each()
        self.assertEqual([result["error"] for result in results.values()], [""] * len(archives))
        return results[archives.id] if len(archives) == 1 else results

    def collect(self):
        """Take the files from the disk, as after a commit. They don't come back with the test's rollback."""
        files = self.env["customer.archive.destroy.file"]
        attachments = self.env["ir.attachment"]
        for name in set(files.search([("state", "=", "pending")]).mapped("store_name")):
            self.addCleanup(self._write_again, name, attachments._file_read(name))
        files._collect_here()

    def _write_again(self, name, content):
        attachments = self.env["ir.attachment"]
        if content and not os.path.exists(attachments._full_path(name)):
            with open(attachments._full_path(name), "wb") as stream:
                stream.write(content)
