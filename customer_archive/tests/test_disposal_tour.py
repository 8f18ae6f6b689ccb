"""The whole chain in the browser by five people: archivist, appraisers, approver, witness (product.md R5)."""

from odoo.tests import HttpCase, new_test_user, tagged

PEOPLE = {
    "disposal_archivist": ("巡航档案员", "customer_archive.group_archivist"),
    "disposal_appraiser_one": ("巡航鉴定甲", "customer_archive.group_appraiser"),
    "disposal_appraiser_two": ("巡航鉴定乙", "customer_archive.group_appraiser"),
    "disposal_director": ("巡航批准", "customer_archive.group_management"),
    "disposal_witness": ("巡航监销", "customer_archive.group_appraiser"),
}


class DisposalTour:
    lang = "en_US"

    def test_from_the_draft_to_the_certificate(self):
        self.env["res.lang"]._activate_lang(self.lang)
        people = {
            login: new_test_user(
                self.env, login=login, password=login, name=name, groups=group, lang=self.lang, tz="Asia/Shanghai"
            )
            for login, (name, group) in PEOPLE.items()
        }
        archives = self.due_archives()
        disposal = self.env["customer.archive.disposal"]._prepare_lists(archives)
        for name in ("action", "action_approve", "action_watch"):
            action = self.env.ref(f"customer_archive.customer_archive_disposal_{name}")
            action.domain = f"[('id', '=', {disposal.id})]"
        self.tour("disposal-lists", "send", "archivist")
        self.assertEqual(disposal.requester_id, people["disposal_archivist"])
        for who in ("appraiser_one", "appraiser_two"):
            self.tour("disposal-judge", "judge", who)
        self.assertEqual(disposal.judged_count, 2)
        self.tour("disposal-lists", "submit", "archivist")
        self.tour("disposal-approve", "approve", "director")
        self.assertEqual(disposal.approval_ids.user_id, people["disposal_director"])
        self.tour("disposal-lists", "witnesses", "archivist")
        disposal._governed().write({"cooling_until": "2020-01-01 00:00:00"})
        self.env["customer.archive.disposal"]._cron_cooling()
        self.tour("disposal-witness", "watch_first", "appraiser_one")
        self.tour("disposal-witness", "watch_second", "witness")
        self.assertEqual(disposal.witness_ids.mapped("is_present"), [True, True])
        self.tour("disposal-lists", "carry_out", "archivist")
        self.assertEqual(disposal.job_state, "waiting")
        self.env.ref("customer_archive.ir_cron_disposal_carry_out").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((disposal.state, disposal.line_ids.mapped("error")), ("done", [False, False]))
        self.assertEqual(archives.mapped("state"), ["destroyed", "destroyed"])
        self.tour(f"disposal-lists/{disposal.id}", "certificate", "archivist")
        action = self.env.ref("customer_archive.customer_archive_action")
        self.tour(f"action-{action.id}/{archives[0].id}", "stub", "archivist")

    def tour(self, path, name, who):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", f"customer_archive_disposal_{name}", login=f"disposal_{who}")
        self.env.invalidate_all()

    def due_archives(self):
        owner = new_test_user(self.env, login="disposal_owner", groups="customer_archive.group_user")
        partners = self.env["res.partner"].create(
            [{"name": f"巡航销毁{which}", "is_company": True, "user_id": owner.id} for which in "一二"]
        )
        category = self.env["customer.archive.category"].create({"name": "Tour", "code": "TOURD", "applies_to": "both"})
        archives = partners.archive_open(category)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'inactive', closed_on = '2015-06-30', opened_on = '2010-01-01',"
            " retention_minimum_on = '2020-01-01', retention_keep = FALSE WHERE id = ANY(%s)",
            [archives.ids],
        )
        self.env.invalidate_all()
        return archives


@tagged("post_install", "-at_install")
class TestDisposalTourChinese(DisposalTour, HttpCase):
    lang = "zh_CN"
