"""Disposals by attack: role × model × operation, governed fields, RPC names, copies, exports, other companies."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.customer_archive import GOVERNED
from .common import ROLES
from .disposals import DisposalCommon

# Letters: (r)ead, (w)rite, (c)reate, (u)nlink. Roles that are not named may do nothing.
KEEPERS = ("archivist", "manager", "archivist_two")
READERS = ("management", "auditor")
ALL_READ = {**dict.fromkeys(READERS, "r"), "appraiser": "r"}
RIGHTS = {
    "customer.archive.disposal": {**dict.fromkeys(KEEPERS, "rwc"), **ALL_READ},
    "customer.archive.disposal.line": {
        **dict.fromkeys(KEEPERS, "rwu"),
        **dict.fromkeys(READERS, "r"),
        "appraiser": "r",
    },
    "customer.archive.disposal.vote": {**dict.fromkeys((*KEEPERS, *READERS), "r"), "appraiser": "r"},
    "customer.archive.disposal.approval": {**dict.fromkeys((*KEEPERS, *READERS), "r"), "appraiser": "r"},
    "customer.archive.disposal.witness": {
        **dict.fromkeys(KEEPERS, "rwcu"),
        **dict.fromkeys(READERS, "r"),
        "appraiser": "r",
    },
    "customer.archive.destruction": dict.fromkeys((*KEEPERS, *READERS), "r"),
    "customer.archive.disposal.try": {},
    "customer.archive.disposal.judge": {"appraiser": "rwcu"},
    "customer.archive.disposal.sign": {"appraiser": "rwcu", "management": "rwcu"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
# Who sees a list of the first company once it is sent.
SEE = {"archivist", "archivist_too", "manager", "management", "director_two", "auditor", "appraiser", "appraiser_two"}


@tagged("post_install", "-at_install")
class TestDisposalRights(DisposalCommon):
    def test_table_of_rights(self):
        for model, rights in RIGHTS.items():
            for role in [*ROLES, "public"]:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env(user=self.user[role])[model].has_access(operation)
                        self.assertEqual(bool(allowed), letter in rights.get(role, ""))

    def test_who_sees_a_list(self):
        disposal = self.approved()
        self.name_witnesses(disposal)
        records = [disposal, disposal.line_ids, disposal.line_ids.vote_ids, disposal.approval_ids, disposal.witness_ids]
        for role in self.user:
            expected = role in SEE or role in ("witness_one", "witness_two")
            for record in records:
                with self.subTest(role=role, model=record._name):
                    mine = self.of(role, record)
                    self.assertEqual(bool(mine.has_access("read")), expected)
                    if expected:
                        mine.read([])
                        self.assertEqual(mine.search([("id", "in", mine.ids)]), mine)
                    else:
                        with self.refused(AccessError):
                            mine.read(["display_name"])

    def test_appraisers_see_no_drafts_and_no_lists_of_others(self):
        disposal = self.drafted()
        for role in ("appraiser", "witness_one"):
            self.assertFalse(self.of(role, disposal).has_access("read"))
        self.of("archivist", disposal).action_send_to_appraisal()
        self.assertTrue(self.of("appraiser", disposal).has_access("read"))
        self.assertFalse(self.of("witness_one", disposal).has_access("read"))
        self.assertFalse(self.of("witness_one", disposal.line_ids).search([]))

    def test_appraisers_see_the_lines_and_no_customers(self):
        disposal = self.sent()
        lines = self.of("appraiser", disposal.line_ids)
        self.assertEqual(set(lines.mapped("title")), {self.archived.name, self.archived_person.name})
        text = str(lines.web_read({"archive_id": {"fields": {"display_name": {}}}, "owner_id": {"fields": {}}}))
        self.assertNotIn(self.archived.name, text)
        for record in (
            self.archive,
            self.archived,
            self.archive.number_ids,
        ):
            with self.refused(AccessError):
                self.of("appraiser", record).read(["display_name"])
        self.assertFalse(self.of("appraiser", self.archived).search([("id", "=", self.archived.id)]))

    def test_titles_of_protected_customers(self):
        self.archive._change_level("core", "x")
        self.make_due(self.archives)
        with self.refused(AccessError):
            self.drafted()  # by hand only what one reads; the job of the night lists all
        disposal = self.sent(role=None)
        line = disposal.line_ids.filtered(lambda line: line.archive_id == self.archive)
        for role, sees in (("appraiser", True), ("management", True), ("archivist", False), ("auditor", False)):
            with self.subTest(role=role):
                self.assertEqual(self.of(role, line).title == self.archived.name, sees)

    def test_titles_can_not_be_searched_or_grouped(self):
        lines = self.of("appraiser", self.sent().line_ids)
        for attempt in (
            lambda: lines.search([("title", "ilike", "同仁")]),
            lambda: lines.formatted_read_group([], ["title"], ["__count"]),
            lambda: lines.search([], order="title"),
        ):
            self.assertTrue(self.is_refused(attempt))
        self.assertTrue(self.is_refused(lambda: lines.search([("archive_id", "ilike", "同仁")])))
        self.assertTrue(self.is_refused(lambda: lines.search([("archive_id.partner_id.name", "ilike", "同仁")])))

    def is_refused(self, attempt):
        try:
            attempt()
        except (ValueError, UserError):
            return True
        return False

    # -- by hand ---------------------------------------------------------------------------------------------------

    def test_governed_fields_of_the_list(self):
        disposal = self.sent()
        for vals in (
            {"state": "execution"},
            {"job_state": "done"},
            {"requester_id": self.user["auditor"].id},
            {"requester_name": "x"},
            {"list_hash": "x"},
            {"cooling_until": "2020-01-01 00:00:00"},
            {"carried_out_by_id": self.user["auditor"].id},
            {"started_at": "2020-01-01 00:00:00"},
            {"done_at": "2020-01-01 00:00:00"},
            {"paper_state": "done"},
            {"name": "x"},
            {"company_id": self.company_two.id},
            {"end_reason": "x"},
            {"appraiser_ids": [(5,)]},  # no draft any more
            {"approver_id": self.user["director_two"].id},
            {"subject": "x"},
        ):
            for role in ("archivist", "manager"):
                with self.subTest(vals=vals, role=role), self.refused(UserError):
                    self.of(role, disposal, archive_governed=True).write(vals)
            for role in ("appraiser", "management", "auditor", "clerk"):
                with self.subTest(vals=vals, role=role), self.refused(UserError):
                    self.of(role, disposal, archive_governed=True).write(vals)
        self.assertIsNot(GOVERNED, True)

    def test_new_lists_begin_as_drafts(self):
        new = self.env_of("archivist", default_state="done", default_job_state="done")[
            "customer.archive.disposal"
        ].create({"subject": "New", "state": "execution", "requester_id": self.user["auditor"].id, "list_hash": "x"})
        self.assertEqual((new.state, new.job_state, new.requester_id.id, new.list_hash), ("draft", False, False, False))

    def test_governed_fields_of_lines(self):
        disposal = self.sent()
        line = disposal.line_ids[0]
        for vals in (
            {"outcome": "destroy"},
            {"job_state": "done"},
            {"archive_id": self.archive.id},
            {"number": "x"},
            {"minimum_on": "2000-01-01"},
            {"basis": "x"},
            {"fingerprint": "x"},
            {"is_off": True},
            {"owner_id": False},
            {"destruction_id": False},
            {"keep_until": "2000-01-01"},
            {"vote_ids": [(5,)]},
        ):
            with self.subTest(vals=vals), self.refused(UserError):
                self.of("archivist", line, archive_governed=True).write(vals)
        with self.refused(UserError, "Add Due"):
            self.env["customer.archive.disposal.line"].create(
                {"disposal_id": disposal.id, "archive_id": self.archive.id, "number": "x", "place": 9}
            )
        with self.refused(UserError, "kept"):
            self.of("archivist", line).unlink()

    def test_lines_in_the_form_of_the_list(self):
        """The browser sends what was noted on lines with the list."""
        disposal = self.sent()
        line = disposal.line_ids[0]
        self.of("archivist", disposal).write({"line_ids": [(1, line.id, {"remark": "Two folders", "pages": 12})]})
        self.assertEqual((line.remark, line.pages), ("Two folders", 12))
        for command in (
            (1, line.id, {"outcome": "destroy"}),
            (2, line.id),
            (3, line.id),
            (5,),
            (6, 0, []),
            (0, 0, {"archive_id": self.archive.id, "number": "x", "place": 9}),
        ):
            for role in ("archivist", "manager"):
                with self.subTest(command=command), self.refused(UserError):
                    self.of(role, disposal).write({"line_ids": [command]})

    def test_votes_and_approvals_are_never_written_by_hand(self):
        disposal = self.approved()
        vote, approval = disposal.line_ids.vote_ids[0], disposal.approval_ids
        for record, vals in ((vote, {"opinion": "keep"}), (vote, {"is_void": True}), (approval, {"is_void": True})):
            for rows in (record, record.sudo(), self.of("archivist", record)):
                with self.refused(UserError):
                    rows.write(vals)
                with self.refused(UserError):
                    rows.unlink()
        with self.refused(UserError, "never by hand"):
            vote.create({"line_id": vote.line_id.id, "user_id": 1, "user_name": "x", "opinion": "keep", "reason": "x"})
        with self.refused(UserError):
            self.of("appraiser", vote).create(
                {
                    "line_id": vote.line_id.id,
                    "user_id": self.user["appraiser"].id,
                    "user_name": "x",
                    "opinion": "keep",
                    "reason": "x",
                }
            )

    def test_nothing_is_copied_or_deleted(self):
        disposal = self.carried_out()
        entries = disposal.line_ids.destruction_id
        for record in (
            disposal,
            disposal.line_ids[0],
            disposal.line_ids.vote_ids[0],
            disposal.approval_ids,
            disposal.witness_ids[0],
            entries[0],
        ):
            for rows in (record, self.of("archivist", record)):
                with self.subTest(model=record._name), self.refused(UserError):
                    rows.copy()
                with self.subTest(model=record._name), self.refused(UserError):
                    rows.unlink()

    def test_steps_are_private_to_rpc(self):
        """What a button's method checks can't be stepped over by calling what it calls."""
        for model, names in {
            "customer.archive.disposal": (
                "_approve",
                "_watch",
                "_void_approvals",
                "_end_cooling",
                "_cron_carry_out",
                "_to_approval",
                "_governed",
                "_check_identity",
                "_fill",
            ),
            "customer.archive.disposal.line": ("_judge", "_carry_out", "_mark_done", "_governed"),
            "customer.archive.destruction": ("_record", "_append", "_insert", "_restore", "_remove_triggers"),
        }.items():
            for name in names:
                with self.subTest(method=name), self.assertRaises(AccessError):
                    get_public_method(self.env[model], name)

    def test_strangers_press_every_button(self):
        disposal = self.sent()
        line = disposal.line_ids[0]
        for role in ("employee", "clerk", "colleague", "leader", "service", "security", "sysop", "portal", "clerk_two"):
            mine, my_line = self.of(role, disposal), self.of(role, line)
            for attempt in (
                mine.action_send_to_appraisal,
                mine.action_submit,
                mine.action_ask_approve,
                mine.action_ask_watch,
                mine.action_carry_out,
                mine.action_paper_done,
                mine.action_xlsx,
                lambda mine=mine: mine.action_return("x"),
                lambda mine=mine: mine.action_cancel("x"),
                lambda mine=mine: mine.action_finish("x"),
                lambda line=my_line: line.action_take_off("x"),
                my_line.action_ask_judge,
                my_line.action_take_back,
                self.of(role, self.archive).action_put_on_disposal_list,
                lambda mine=mine: mine.env["customer.archive.destruction"].action_download(),
                lambda mine=mine: mine.env["customer.archive.destruction"].action_verify(),
            ):
                with self.subTest(role=role), self.refused(AccessError):
                    attempt()

    def test_forged_dialogs(self):
        """A dialog for lines or lists that the user does not read, or of somebody else's."""
        disposal = self.sent()
        with self.refused(AccessError):
            self.judge("witness_one", disposal.line_ids)
        judge = (
            self.of("appraiser", disposal.line_ids)
            .env["customer.archive.disposal.judge"]
            .create({"line_ids": [(6, 0, disposal.line_ids.ids)], "reason": "x"})
        )
        with self.refused(AccessError):
            self.of("appraiser_two", judge).action_apply()

    def test_archive_shows_its_lists_to_archivists_only(self):
        self.sent()
        self.assertEqual(len(self.of("archivist", self.archive).disposal_line_ids), 1)
        for role in ("clerk", "management"):
            with self.refused(AccessError):
                self.of(role, self.archive).read(["disposal_line_ids"])

    def test_export(self):
        disposal = self.sent()
        rows = self.of("archivist", disposal).export_data(["name", "state"])["datas"]
        self.assertEqual(rows[0][0], disposal.name)
        for role in ("appraiser", "auditor", "management"):
            with self.subTest(role=role), self.refused(UserError):
                self.of(role, disposal).export_data(["name"])

    def test_policy_is_not_softened_below_the_law(self):
        policy = self.env["customer.archive.policy"]._record()
        for vals in (
            {"disposal_quorum": 1},
            {"disposal_cooling_days": 0},
            {"disposal_presence_minutes": 0},
            {"disposal_presence_minutes": 1000},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                policy.write(vals)
                self.env.flush_all()
        for role in ("archivist", "security", "auditor", "sysop"):
            with self.subTest(role=role), self.refused(AccessError):
                self.of(role, policy).write({"disposal_cooling_days": 1})
