from urllib.parse import quote

from odoo.tests import HttpCase, new_test_user, tagged

# What differs between two answers to the very same request.
VARYING_HEADERS = {"Date", "Set-Cookie"}


@tagged("post_install", "-at_install")
class TestScan(HttpCase):
    """The address in the QR codes: opens the archive, and tells nobody else whether it exists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.other_company = cls.env["res.company"].create({"name": "Other Fonds"})
        cls.user = new_test_user(cls.env, "scan_user", "customer_archive.group_user")
        cls.outsider = new_test_user(cls.env, "scan_outsider", "base.group_user")
        cls.portal = new_test_user(cls.env, "scan_portal", "base.group_portal")
        category = cls.env.ref("customer_archive.category_person")
        cls.customer, cls.foreign = cls.env["res.partner"].create(
            [
                {"name": "Scanned Customer", "user_id": cls.user.id},
                {"name": "Customer of the Other Fonds", "company_id": cls.other_company.id},
            ]
        )
        (cls.customer | cls.foreign).archive_open(category)
        cls.archive = cls.customer.archive_id
        cls.form_url = f"/odoo/action-customer_archive.customer_archive_action/{cls.archive.id}"

    def _scan(self, number, login=None):
        if login:
            self.authenticate(login, login)
        url = f"/customer_archive/scan/{quote(number, safe='')}"
        return self.url_open(url, allow_redirects=False)

    def _answer(self, number, login):
        response = self._scan(number, login)
        headers = {name: value for name, value in response.headers.items() if name not in VARYING_HEADERS}
        return response.status_code, response.content, headers

    def assertOpens(self, response):
        self.assertIn(response.status_code, (302, 303))
        self.assertTrue(response.headers["Location"].endswith(self.form_url), response.headers["Location"])

    def test_user_is_led_to_the_archive(self):
        self.assertOpens(self._scan(self.archive.number, "scan_user"))

    def test_former_number(self):
        former = self.archive.number
        self.archive._renumber("Wrong series")
        self.assertNotEqual(self.archive.number, former)
        self.assertOpens(self._scan(former, "scan_user"))
        self.assertOpens(self._scan(self.archive.number))

    def test_number_with_signs(self):
        """As the label writes it into the code."""
        self.archive._renumber("Number of before", "档〔1〕/2#3")
        url = self.env["customer.archive.print"]._scan_url(self.archive)
        self.authenticate("scan_user", "scan_user")
        self.assertOpens(self.url_open(url[url.index("/customer_archive") :], allow_redirects=False))

    def test_unknown_and_forbidden_look_the_same(self):
        unknown = self._answer("C99-KH.GR-2026-9999", "scan_user")
        self.assertEqual(unknown[0], 404)
        self.assertIn(b"No archive with this number is open to you", unknown[1])
        self.assertEqual(self._answer(self.foreign.archive_id.number, "scan_user"), unknown)
        self.assertEqual(self._answer("<script>alert(1)</script>", "scan_user"), unknown)
        self.assertEqual(self._answer("a\x00b", "scan_user"), unknown)
        self.assertEqual(self._answer("x" * 5000, "scan_user"), unknown)

    def test_users_without_the_group(self):
        for login in ("scan_outsider", "scan_portal"):
            with self.subTest(login=login):
                unknown = self._answer("C99-KH.GR-2026-9999", login)
                self.assertEqual(unknown[0], 404)
                self.assertEqual(self._answer(self.archive.number, login), unknown)

    def test_visitors_log_in_and_come_back(self):
        response = self._scan(self.archive.number)
        self.assertIn(response.status_code, (302, 303))
        location = response.headers["Location"]
        self.assertIn("/web/login?redirect=", location)
        self.assertIn(quote(f"/customer_archive/scan/{self.archive.number}", safe=""), location)

    def test_answers_are_not_kept_by_the_browser(self):
        for number in (self.archive.number, "unknown"):
            self.assertEqual(self._scan(number, "scan_user").headers["Cache-Control"], "no-store")

    def test_the_form_opens_in_the_browser(self):
        self.browser_js(
            f"/customer_archive/scan/{self.archive.number}",
            "console.log('test successful')",
            f"document.querySelector('.o_form_view') && document.title.includes('{self.archive.number}')",
            login="scan_user",
        )
