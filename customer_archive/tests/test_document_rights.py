"""Documents and their files: role × model × operation, whose documents, and the ways around (product.md D1, A6)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ROLES
from .documents import DocumentCase

USERS = ("clerk", "colleague", "leader", "service", "management", "archivist", "manager")
# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing.
RIGHTS = {
    "customer.archive.document": dict.fromkeys(USERS, "rwcu"),  # which ones: see below
    "customer.archive.document.file": dict.fromkeys(USERS, "r"),  # made by the document
    "customer.archive.document.type": {**dict.fromkeys(USERS, "r"), "manager": "rwcu"},
    "customer.archive.document.step": dict.fromkeys(USERS, "rwcu"),
    "customer.archive.register.print": {**dict.fromkeys(USERS, "rwcu"), "auditor": "rwcu"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
INTERNAL = [role for role in ROLES if role != "portal"]

# Who reads, and who writes, what hangs on an archive.
READERS = {
    "own": {"clerk", "leader", "service", "management", "archivist", "manager"},
    "south": {"colleague", "service", "management", "archivist", "manager"},
    "core": {"colleague"},
    "foreign": {"archivist_two"},
}
WRITERS = {
    "own": {"clerk", "leader", "archivist", "manager"},
    "south": {"colleague", "archivist", "manager"},
    "core": {"colleague"},
    "foreign": {"archivist_two"},
}


@tagged("post_install", "-at_install")
class TestDocumentRights(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = {"own": cls.contract}
        for name in ("south", "core", "foreign"):
            document = cls.document(getattr(cls, name), name=f"Secret title {name}")
            cls.upload(document, b"secret content " + name.encode())
            cls.documents[name] = document
        cls.env.flush_all()

    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                if role.endswith("_two"):
                    continue
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(bool(allowed), letter in rights.get(role, ""))

    def test_table_knows_every_model(self):
        models = {name for name in self.env.registry if name.startswith("customer.archive.document")}
        persistent = {name for name in models if not self.env[name]._abstract}
        self.assertLessEqual(persistent - {"customer.archive.document.print"}, RIGHTS.keys())

    def test_who_reads(self):
        for name, document in self.documents.items():
            for role in INTERNAL:
                reads = role in READERS[name]
                mine = self.of(role, document)
                with self.subTest(document=name, role=role):
                    if not mine.browse().has_access("read"):
                        self.assertFalse(reads)
                        with self.refused(AccessError):
                            mine.search([])
                        continue
                    self.assertEqual(bool(mine.search([("id", "=", document.id)])), reads)
                    self.assertEqual(mine.has_access("read"), reads)
                    self.assertEqual(mine.search_count([("name", "=", document.name)]), int(reads))
                    self.assertEqual(document.id in [row[0] for row in mine.name_search(document.name)], reads)
                    files = self.of(role, document.file_ids)
                    self.assertEqual(files.search_count([("id", "in", files.ids)]), int(reads))
                    self.assertEqual(
                        self.of(role, document.file_ids.attachment_id).has_access("read"), reads, "the file itself"
                    )
                    if not reads:
                        for attempt in (
                            lambda mine=mine: mine.read(["name"]),
                            lambda mine=mine: mine.web_read({"name": {}}),
                            lambda mine=mine: mine.export_data(["name"]),
                            lambda mine=mine: mine.copy(),
                            lambda mine=mine: mine.message_post(body="x"),
                            lambda mine=mine: mine.action_put_in_force(),
                            lambda mine=mine: mine.action_renew(),
                            lambda mine=mine: mine.action_terminate("x"),
                            lambda mine=mine: mine.action_close(),
                            lambda mine=mine: mine.action_check_files(),
                            lambda files=files: files.read(["sha256"]),
                            lambda files=files: files.action_download(),
                            lambda files=files: files.accept_finding("x"),
                        ):
                            with self.refused(UserError) as caught:
                                attempt()
                            self.assertNotIn("Secret title", str(caught.exception))

    def test_who_writes(self):
        for name, document in self.documents.items():
            for role in INTERNAL:
                mine = self.of(role, document)
                with self.subTest(document=name, role=role):
                    self.assertEqual(mine.has_access("write"), role in WRITERS[name])
                    if role in WRITERS[name]:
                        mine.write({"remark": f"by {role}"})
                        continue
                    with self.refused(AccessError):
                        mine.write({"remark": "x"})
                    with self.refused(AccessError):
                        mine.create({"archive_id": document.archive_id.id, "type_id": 1, "name": "x"})

    def test_readers_are_told_who_changes(self):
        for role in ("service", "management"):
            with self.refused(AccessError, "not change them", "archivist"):
                self.of(role, self.contract).write({"remark": "x"})

    def test_borrower_reads_and_does_not_write(self):
        loan = self.env["customer.archive.loan"].with_user(self.user["colleague"])
        loan = loan.request_loan("Check the price", archive_id=self.archive.id)
        self.assertFalse(self.of("colleague", self.contract).has_access("read"))
        self.of("leader", loan).action_approve()
        mine = self.of("colleague", self.contract)
        self.assertEqual(mine.name, "供货合同")
        self.assertTrue(self.of("colleague", self.contract.file_ids.attachment_id).has_access("read"))
        with self.refused(AccessError):
            mine.write({"remark": "x"})
        with self.refused(AccessError):
            self.of("colleague", self.contract.file_ids.attachment_id).unlink()

    def test_names_are_masked_as_superuser(self):
        secret = self.documents["core"]
        shown = self.env(user=self.user["clerk"], su=True)["customer.archive.document"].browse(secret.id)
        self.assertEqual(shown.display_name, f"Restricted document #{secret.id}")

    def test_forged_links(self):
        """A link to a document that one does not see is refused in every field that could hold one."""
        secret = self.documents["core"]
        env = self.env_of("clerk")
        with self.refused(AccessError):
            env["customer.archive.document.step"].create(
                {"document_ids": [(6, 0, secret.ids)], "step": "terminate", "reason": "x"}
            )
        with self.refused(AccessError):
            self.of("clerk", self.contract).create(
                {"archive_id": self.core.id, "type_id": self.contract_type.id, "name": "x"}
            )
        with self.refused(AccessError):
            env["customer.archive.document"].with_context(default_archive_id=self.core.id).create({"name": "x"})
        with self.refused(AccessError):
            env["customer.archive.document"].onchange(
                {"archive_id": self.core.id}, ["archive_id"], {"archive_id": {}, "place": {}}
            )
        with self.refused(AccessError):
            draft = self.of("clerk", self.document())
            draft.write({"party_ids": [(4, self.core.partner_id.id)]})

    # -- governed and fixed fields ----------------------------------------------------------------------------

    def test_governed_fields(self):
        draft = self.of("clerk", self.document())
        other = self.document()
        for name, value in {
            "state": "closed",
            "ended_on": "2020-01-01",
            "end_reason": "x",
            "notice_given_on": "2020-01-01",
            "filed_on": "2020-01-01",
            "renews_id": other.id,
        }.items():
            with self.subTest(field=name), self.refused(UserError, "can't be changed"):
                draft.write({name: value})
            with self.subTest(field=name, role="manager"), self.refused(UserError, "can't be changed"):
                self.of("manager", draft).write({name: value})
            with self.subTest(field=name, context=True), self.refused(UserError, "can't be changed"):
                draft.with_context(archive_governed=True).write({name: value})
        draft.write({"item_sequence": 77})
        self.assertFalse(draft.item_sequence)
        with self.refused(UserError, "stays in the archive"):
            draft.write({"archive_id": self.person_archive.id})

    def test_new_ones_begin_as_drafts(self):
        env = self.env_of(
            "clerk", default_state="in_force", default_item_sequence=9, default_renews_id=self.contract.id
        )
        document = env["customer.archive.document"].create(
            {
                "archive_id": self.archive.id,
                "type_id": self.contract_type.id,
                "name": "x",
                "state": "closed",
                "item_sequence": 5,
                "filed_on": "2020-01-01",
            }
        )
        self.assertEqual((document.state, document.item_sequence, document.filed_on), ("draft", 0, False))
        self.assertFalse(document.renews_id)

    def test_fixed_when_filed(self):
        clerk = self.of("clerk", self.contract)
        for name, value in {
            "name": "Other title",
            "amount": 9,
            "valid_until": "2099-01-01",
            "contract_number": "X",
            "type_id": self.letter_type.id,
            "party_ids": [(4, self.archived_person.id)],
        }.items():
            with self.subTest(field=name), self.refused(UserError, "archivist corrects"):
                clerk.write({name: value})
        clerk.write({"box": "B-9", "remark": "Looked at", "user_id": self.user["leader"].id})
        self.of("archivist", self.contract).write({"amount": 1200})
        self.assertEqual(self.contract.amount, 1200)

    def test_deleting(self):
        mine = self.of("clerk", self.document())
        mine = mine.create({"archive_id": self.archive.id, "type_id": self.letter_type.id, "name": "Wrong"})
        for role in ("leader", "archivist", "manager"):
            with self.subTest(role=role), self.refused(UserError, "can't be deleted"):
                self.of(role, mine).unlink()
        file = self.upload(self.of("clerk", mine), b"draft file")
        attachment = file.attachment_id
        mine = self.of("clerk", mine)
        mine.unlink()
        self.assertFalse(mine.exists() or attachment.exists())
        with self.refused(UserError, "can't be deleted"):
            self.of("manager", self.contract).unlink()
        with self.refused(UserError, "can't be deleted"):
            self.contract.unlink()

    def test_sealed_archives_take_nothing(self):
        self.archive._governed().state = "sealed"
        with self.refused(AccessError, "sealed"):
            self.of("archivist", self.contract).create(
                {"archive_id": self.archive.id, "type_id": self.letter_type.id, "name": "x"}
            )
        with self.refused(AccessError, "sealed"):
            self.of("archivist", self.contract).write({"box": "1"})
        with self.refused(AccessError, "sealed"):
            self.upload(self.of("archivist", self.contract), b"more")
        for step in ("action_renew", "action_close"):
            with self.refused(AccessError, "sealed"):
                getattr(self.of("archivist", self.contract), step)()

    # -- files ------------------------------------------------------------------------------------------------

    def test_theft_of_attachments(self):
        """A forged id gives nobody the file of another document, nor moves it, nor tells whether it is there."""
        draft = self.of("clerk", self.document())
        secret = self.documents["core"].file_ids.attachment_id
        loose = self.fresh(self.env, b"somebody else's upload")
        of_partner = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "res.partner", "res_id": self.archived.id}
        )
        mine_elsewhere = self.of("clerk", self.contract.file_ids.attachment_id)
        unknown = secret.browse(secret.id + 10**6)
        sentences = set()
        for attachment in (secret, loose, of_partner, mine_elsewhere):
            for vals in (
                {"attachment_ids": [(4, attachment.id)]},
                {"attachment_ids": [(6, 0, attachment.ids)]},
                {"file_ids": [(0, 0, {"attachment_id": attachment.id, "name": "x", "sha256": "x"})]},
            ):
                with self.subTest(attachment=attachment.name, vals=list(vals)), self.refused(AccessError) as caught:
                    self.of("clerk", draft).write(vals)
                    self.env.flush_all()
                sentences.add(str(caught.exception))
            with self.refused(AccessError):
                self.env_of("clerk")["customer.archive.document"].create(
                    {"archive_id": self.archive.id, "name": "x", "attachment_ids": [(4, attachment.id)]}
                )
        self.assertEqual((secret.res_id, of_partner.res_id), (self.documents["core"].id, self.archived.id))
        with self.refused(Exception):
            self.of("clerk", draft).write({"attachment_ids": [(4, unknown.id)]})
        self.assertFalse(draft.file_ids)

    def test_rows_of_files_are_nobodys(self):
        row = self.contract.file_ids
        for role in ("clerk", "archivist", "manager"):
            mine = self.of(role, row)
            with self.refused(AccessError):
                mine.write({"sha256": "0" * 64})
            with self.refused(AccessError):
                mine.unlink()
            with self.refused(AccessError):
                mine.create({"document_id": self.contract.id, "attachment_id": row.attachment_id.id, "name": "x"})
        with self.refused(UserError, "never changed by hand"):
            row.write({"sha256": "0" * 64})
        with self.refused(UserError):
            row.unlink()

    def test_filed_attachments_stay(self):
        """Neither replaced nor moved nor published nor deleted, whoever tries, in the document or beside it."""
        attachment = self.contract.file_ids.attachment_id
        own = self.document()
        for role in ("clerk", "leader", "archivist", "manager"):
            mine = self.of(role, attachment)
            for vals in (
                {"raw": b"forged"},
                {"datas": "Zm9yZ2Vk"},
                {"db_datas": b"forged"},
                {"res_id": own.id},
                {"res_model": "res.partner", "res_id": self.archived.id},
                {"public": True},
                {"name": "other.pdf"},
                {"type": "url", "url": "https://example.com"},
                {"mimetype": "text/html"},
            ):
                with self.subTest(role=role, vals=vals), self.refused(UserError, "belongs to an archive document"):
                    mine.write(dict(vals))
            with self.refused(UserError, "belongs to an archive document"):
                mine.unlink()
            with self.refused(UserError, "can't be taken away"):
                self.of(role, self.contract).write({"attachment_ids": [(6, 0, [])]})
        with self.refused(UserError):
            attachment.unlink()
        with self.refused(AccessError):
            self.of("clerk_two", attachment).unlink()
        self.assertEqual(attachment.raw, b"signed contract")

    def test_moving_the_store_is_allowed(self):
        """An administrator's change of storage writes the same content again."""
        attachment = self.contract.file_ids.attachment_id
        attachment.write({"raw": attachment.raw, "mimetype": attachment.mimetype})
        self.assertEqual(self.contract.file_ids._current_sha256(), self.contract.file_ids.sha256)

    def test_publishing_before_the_filing(self):
        draft = self.of("clerk", self.document())
        upload = self.fresh(draft.env, b"mine", public=False)
        upload.sudo().write({"public": True, "access_token": "known"})
        draft.write({"attachment_ids": [(4, upload.id)]})
        self.assertFalse(upload.sudo().public or upload.sudo().access_token)

    def test_files_of_drafts_may_go(self):
        draft = self.of("clerk", self.document())
        row = self.upload(draft, b"wrong scan")
        attachment = row.attachment_id
        draft.write({"attachment_ids": [(3, attachment.id)]})
        self.assertFalse(row.exists() or attachment.exists())

    def test_as_the_client_saves(self):
        """A new document with an upload, then another one: what the web client sends."""
        env = self.env_of("clerk")
        documents = env["customer.archive.document"]
        spec = {"name": {}, "attachment_ids": {"fields": {"name": {}, "mimetype": {}}}, "file_count": {}}
        upload = self.fresh(env, b"first", "first.pdf")
        values = {"archive_id": self.archive.id, "type_id": self.contract_type.id, "name": "Saved at once"}
        documents.onchange({**values, "attachment_ids": [[4, upload.id]]}, ["archive_id"], {"user_id": {}, **spec})
        [saved] = documents.web_save({**values, "attachment_ids": [[4, upload.id]]}, spec)
        self.assertEqual([row["name"] for row in saved["attachment_ids"]], ["first.pdf"])
        document = documents.browse(saved["id"])
        more = self.fresh(document.env, b"second", "second.pdf", res_id=document.id)  # uploaded into the saved form
        [saved] = document.web_save({"attachment_ids": [[4, more.id]]}, spec)
        self.assertEqual(saved["file_count"], 2)
        self.assertEqual(upload.sudo().res_id, document.id)

    def test_adding_to_what_is_filed(self):
        clerk = self.of("clerk", self.contract)
        row = self.upload(clerk, b"annex", "annex.pdf")
        self.assertEqual(len(clerk.file_ids), 2)
        self.assertEqual((row.name, row.size, len(row.sha256)), ("annex.pdf", 5, 64))
        self.assertEqual(row.attachment_id.res_id, self.contract.id)

    # -- forms ------------------------------------------------------------------------------------------------

    def test_counts_on_the_forms(self):
        for role, count in (("clerk", 1), ("service", 1), ("colleague", 0)):
            archive = self.of(role, self.archive)
            if role == "colleague":
                continue
            self.assertEqual(archive.document_count, count)
            self.assertEqual(self.of(role, self.archived).archive_document_count, count)
            action = self.of(role, self.archived).action_view_archive_documents()
            self.assertEqual(
                archive.env["customer.archive.document"].search(action["domain"]), self.of(role, self.contract)
            )
        with self.refused(AccessError):
            self.of("employee", self.archived).archive_document_count

    def test_one_query_for_the_count(self):
        archive = self.of("clerk", self.archive)
        archive.document_count  # what is asked for once in a session
        archive.invalidate_recordset(["document_count"])
        with self.assertQueryCount(1):
            archive.document_count
