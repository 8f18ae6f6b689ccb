"""Two inspectors at once, on two real connections (product.md Q5)."""

from odoo.tests import tagged

from .at_once import MARK, AtOnceCase, both_ways

ANSWER = "customer.archive.inspection.answer"
INSPECTION = "customer.archive.inspection"


@tagged("post_install", "-at_install", "customer_archive_at_once")
class TestInspectionAtOnce(AtOnceCase):
    @classmethod
    def build(cls, env):
        built = super().build(env)
        cls.template_id = (
            env["customer.archive.inspection.template"]
            .create({"name": MARK, "item_ids": [(0, 0, {"name": "one"}), (0, 0, {"name": "two"})]})
            .id
        )
        return built

    @classmethod
    def _delete_registers(cls, env, partners, users):
        archives = env["customer.archive"].search([("number", "=like", f"{MARK}-%")])
        findings = env["customer.archive.finding"].search([("archive_id", "in", archives.ids)])
        templates = env["customer.archive.inspection.template"].search([("name", "=", MARK)])
        inspections = env[INSPECTION].search([("template_id", "in", templates.ids)])
        env.flush_all()
        for records in (findings, inspections):
            for table in ("mail_message", "mail_activity", "mail_followers"):
                column = "res_model" if table != "mail_message" else "model"
                env.cr.execute(
                    f"DELETE FROM {table} WHERE {column} = %s AND res_id = ANY(%s)", [records._name, records.ids]
                )
        for table, column, ids in (
            ("finding", "id", findings.ids),
            ("inspection_answer", "inspection_id", inspections.ids),
            ("inspection_line", "inspection_id", inspections.ids),
            ("inspection", "id", inspections.ids),
            ("inspection_template", "id", templates.ids),
        ):
            env.cr.execute(f"DELETE FROM customer_archive_{table} WHERE {column} = ANY(%s)", [ids])
        return super()._delete_registers(env, partners, users)

    def inspection(self):
        """Ids of a running inspection of one archive, and of its two answers."""
        self.customer()
        category_id, template_id = self.category_id, self.template_id

        def begin(env):
            inspection = env[INSPECTION].create(
                {"template_id": template_id, "category_ids": [(6, 0, [category_id])], "sample_size": 1}
            )
            inspection.action_start()
            return inspection.id, inspection.line_ids.answer_ids.ids

        return self.act("archivist", begin)

    def answer(self, id_, result):
        return lambda env: env[ANSWER].browse(id_).write({"result": result})

    @both_ways
    def test_two_items(self, way):
        inspection_id, (one, two) = self.inspection()
        outcome = way(("archivist", self.answer(one, "ok")), ("second_archivist", self.answer(two, "na")))
        self.assertFalse(outcome.error)
        self.assertEqual(self.look(INSPECTION, inspection_id, "progress", "open_count"), (100, 0))

    @both_ways
    def test_the_same_item(self, way):
        _inspection_id, (one, _two) = self.inspection()
        outcome = way(("archivist", self.answer(one, "ok")), ("second_archivist", self.answer(one, "na")))
        self.assertIn("has answered", outcome.error)
        self.assertEqual(self.look(ANSWER, one, "result"), ("ok",))

    def test_answer_after_the_end(self):
        inspection_id, ids = self.inspection()
        self.act("archivist", lambda env: env[ANSWER].browse(ids).write({"result": "ok"}))
        finish = ("archivist", lambda env: env[INSPECTION].browse(inspection_id).action_finish())
        for way in (self.overtaken, self.in_flight):
            outcome = way(finish, ("second_archivist", self.answer(ids[0], "na")))
            self.assertIn("stay as they are", outcome.error)
            finish = ("archivist", lambda env: env[INSPECTION].browse(inspection_id).read(["state"]))
        self.assertEqual(self.look(ANSWER, ids[0], "result"), ("ok",))

    def test_the_end_while_somebody_answers(self):
        inspection_id, ids = self.inspection()
        self.act("archivist", lambda env: env[ANSWER].browse(ids).write({"result": "ok"}))
        outcome = self.in_flight(
            ("archivist", self.answer(ids[0], "na")),
            ("second_archivist", lambda env: env[INSPECTION].browse(inspection_id).action_finish()),
        )
        self.assertIn("right now", outcome.error)
        self.assertEqual(self.look(INSPECTION, inspection_id, "state"), ("running",))
