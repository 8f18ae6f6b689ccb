from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDocumentTours(HttpCase):
    """What people click with contracts and paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "document_clerk", "customer_archive.group_user", lang="en_US")
        customer = cls.env["res.partner"].create({"name": "巡航客户", "user_id": cls.clerk.id})
        customer.archive_open(cls.env.ref("customer_archive.category_person"))
        cls.archive = customer.archive_id
        cls.archive._renumber("Number of before", "巡航")
        cls.contract = cls.env["customer.archive.document"].create(
            {
                "archive_id": cls.archive.id,
                "type_id": cls.env.ref("customer_archive.document_type_contract").id,
                "name": "巡航框架合同",
                "valid_from": "2026-01-01",
                "valid_until": "2026-12-31",
                "amount": 1000,
                "state": "in_force",
            }
        )

    def test_renew_a_contract(self):
        self.start_tour("/odoo/archive-contracts", "customer_archive_renew_contract", login="document_clerk")
        follower = self.contract.renewed_by_ids
        self.assertEqual(
            (follower.item_number, follower.contract_number, str(follower.valid_until)),
            ("0002", "HT-2027-0001", "2027-12-31"),
        )

    def test_borrow_and_return_by_scanning(self):
        new_test_user(self.env, "document_archivist", "customer_archive.group_archivist", lang="en_US")
        borrower = new_test_user(self.env, "document_borrower", "base.group_user", name="巡航借阅人")
        self.start_tour("/odoo/archive-scan", "customer_archive_scan_documents", login="document_archivist")
        line = self.env["customer.archive.loan.document"].search([("document_id", "=", self.contract.id)])
        self.assertEqual((line.loan_id.user_id, line.loan_id.state, line.condition), (borrower, "closed", "good"))

    def test_scan_leads_a_phone_to_the_document(self):
        self.authenticate("document_clerk", "document_clerk")
        response = self.url_open(f"/customer_archive/scan/{self.contract.item_reference}", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith(f"/{self.contract.id}"), response.headers["Location"])
        new_test_user(self.env, "document_stranger", "customer_archive.group_user")
        self.authenticate("document_stranger", "document_stranger")
        unknown = self.url_open("/customer_archive/scan/C99-9999-0001", allow_redirects=False)
        hidden = self.url_open(f"/customer_archive/scan/{self.contract.item_reference}", allow_redirects=False)
        self.assertEqual((hidden.status_code, hidden.content), (404, unknown.content))
