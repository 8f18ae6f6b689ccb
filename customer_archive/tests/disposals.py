"""What tests of disposals share: the people, due archives, and the steps of the chain."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import new_test_user

from ..models.customer_archive import GOVERNED
from .common import ArchiveCommon

PEOPLE = {
    "appraiser_two": "customer_archive.group_appraiser",
    "witness_one": "customer_archive.group_appraiser",
    "witness_two": "customer_archive.group_appraiser",
    "witness_it": "customer_archive.group_appraiser",
    "director_two": "customer_archive.group_management",
    "archivist_too": "customer_archive.group_archivist",
}
RESULT = {
    "error": "",
    "counts": {"mail.message": 3, "customer.archive.document": 1},
    "stayed": [{"model": "account.move", "label": "Journal Entry", "count": 2, "why": "会计档案管理办法"}],
    "sha256s": ["ab" * 32],
    "files": 1,
    "residue": [],
    "digest": "cd" * 32,
}


class DisposalCommon(ArchiveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, group in PEOPLE.items():
            cls.user[login] = new_test_user(
                cls.env,
                login=f"test_{login}",
                password=f"test_{login}",
                groups=group,
                name=login.replace("_", " ").title(),
                lang="en_US",
                tz="UTC",
                company_id=cls.company_one.id,
                company_ids=[(6, 0, cls.company_one.ids)],
            )
        cls.archives = cls.archive | cls.person_archive
        cls.make_due(cls.archives)

    @classmethod
    def make_due(cls, archives, day="2020-01-01"):
        """As the clocks leave them when every period is over."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE customer_archive SET state = 'inactive', closed_on = '2015-06-30', opened_on = '2010-01-01',"
            " retention_minimum_on = %s, retention_keep = FALSE WHERE id = ANY(%s)",
            [day, archives.ids],
        )
        cls.env.invalidate_all()

    # -- the chain -------------------------------------------------------------------------------------------------

    def drafted(self, archives=None, role="archivist", **vals):
        """A list in draft, with the people named."""
        archives = self.archives if archives is None else archives
        archives = self.of(role, archives) if role else archives  # nobody's: as the job of the night does
        disposal = archives.env["customer.archive.disposal"]._prepare_lists(archives)
        disposal.write(
            {
                "appraiser_ids": [(6, 0, (self.user["appraiser"] | self.user["appraiser_two"]).ids)],
                "approver_id": self.user["management"].id,
                **vals,
            }
        )
        return disposal.with_env(self.env)

    def sent(self, **kwargs):
        disposal = self.drafted(**kwargs)
        self.of("archivist", disposal).action_send_to_appraisal()
        return disposal

    def judge(self, role, lines, opinion="destroy", reason="Period over", **vals):
        lines = self.of(role, lines)
        judge = lines.env["customer.archive.disposal.judge"].create(
            {"line_ids": [(6, 0, lines.ids)], "opinion": opinion, "reason": reason, **vals}
        )
        judge.action_apply()
        self.env.flush_all()

    def judged(self, **kwargs):
        disposal = self.sent(**kwargs)
        for role in ("appraiser", "appraiser_two"):
            self.judge(role, disposal.line_ids)
        return disposal

    def submitted(self, **kwargs):
        disposal = self.judged(**kwargs)
        self.of("archivist", disposal).action_submit()
        return disposal

    def sign(self, role, disposal, part, password=None, code=None, **vals):
        """Through the dialog, as the browser does it."""
        disposal = self.of(role, disposal)
        action = disposal.action_ask_watch() if part == "watch" else disposal.action_ask_approve()
        sign = disposal.env["customer.archive.disposal.sign"].browse(action["res_id"])
        sign.write({"password": "typed", **vals})
        password = f"test_{role}" if password is None else password
        sign.with_context(password=password, code=code).action_sign()
        self.env.flush_all()
        self.env.invalidate_all()

    def approved(self, **kwargs):
        disposal = self.submitted(**kwargs)
        self.sign("management", disposal, "approve")
        return disposal

    def cool(self, disposal):
        """The days of the cooling-off are over."""
        disposal._governed().write({"cooling_until": "2020-01-01 00:00:00"})

    def name_witnesses(self, disposal, **roles):
        roles = roles or {"first": "witness_one", "second": "witness_two"}
        self.of("archivist", disposal).write(
            {"witness_ids": [(0, 0, {"role": part, "user_id": self.user[role].id}) for part, role in roles.items()]}
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def ready(self, **kwargs):
        """Approved, the cooling-off over, witnesses named."""
        disposal = self.approved(**kwargs)
        self.cool(disposal)
        self.name_witnesses(disposal)
        disposal._cron_cooling()
        self.assertEqual(disposal.state, "execution")
        return disposal

    def witnessed(self, **kwargs):
        disposal = self.ready(**kwargs)
        for role in ("witness_one", "witness_two"):
            self.sign(role, disposal, "watch")
        return disposal

    def begun(self, **kwargs):
        disposal = self.witnessed(**kwargs)
        self.of("archivist", disposal).action_carry_out()
        self.env.invalidate_all()
        return disposal

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_archive.ir_cron_disposal_carry_out").method_direct_trigger()
        self.env.invalidate_all()

    def carried_out(self, **kwargs):
        disposal = self.begun(**kwargs)
        with self.engine():
            self.run_job()
        return disposal

    @contextmanager
    def engine(self, failing=()):
        """In place of the engine, which has tests of its own: the stub is made, nothing is searched."""

        def destroy(archive, line=None):
            if archive in failing:
                raise ValueError("planted")
            archive.with_context(archive_governed=GOVERNED).write({"state": "destroyed", "partner_id": False})
            return {**RESULT, "archive_id": archive.id, "number": archive.number}

        def destroy_each(archives, lines=None):
            return {archive.id: destroy(archive) for archive in archives}

        model = type(self.env["customer.archive"])
        with patch.object(model, "_destroy", destroy), patch.object(model, "_destroy_each", destroy_each):
            yield
