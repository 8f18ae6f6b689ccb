"""The customer looks through their own data by a link (product.md Q2): what it shows, takes, and refuses."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools import mute_logger

from ..models.customer_archive_verification_request import MOST_TRIES
from ..tools.masking import mask
from .common import ArchiveCommon, ArchiveOrganisation

MODEL = "customer.archive.verification.request"
VERIFICATION = "customer.archive.verification"


class AskCustomer(ArchiveOrganisation):
    def ask(self, role="clerk", archive=None, **options):
        """(request, token) as made by a role."""
        archive = archive or self.archive
        request, link = self.env_of(role)[MODEL]._ask(self.of(role, archive), **options)
        return self.env[MODEL].browse(request.id), link.rsplit("/", 1)[1]

    def answer(self, token, **form):
        found = self.env[MODEL]._find(token)
        return found._answer(form, "192.0.2.7") if found else None


@tagged("post_install", "-at_install")
class TestMasking(TransactionCase):
    def test_nothing_short_is_told(self):
        for text in (
            "138 0013 8000",
            "0755-12345678",
            "张伟",
            "a@b.cn",
            "91440300MA5W00007E",
            "深圳市南山区科技园路1号",
        ):
            with self.subTest(text):
                hidden = mask(text)
                self.assertIn("****", hidden)
                self.assertLess(len(hidden.replace("*", "")), len(text))

    def test_dates_are_not_told(self):
        self.assertEqual(mask("1980-05-01", "card_birth_date"), "****")


@tagged("post_install", "-at_install")
class TestVerificationRequest(AskCustomer, ArchiveCommon):
    def test_page_shows_masked_values_only(self):
        request, _token = self.ask()
        shown = {question["name"]: question["value"] for question in request._questions()}
        self.assertIn("phone", shown)
        self.assertNotIn("67001234", shown["phone"])
        self.assertNotIn(self.archived.vat, shown["vat"])
        # What the company notes about the customer is not shown.
        for name in ("card_relation", "card_source", "comment", "user_id"):
            self.assertNotIn(name, shown)

    def test_confirm_and_correct(self):
        request, token = self.ask()
        old = self.archived.phone
        wrong = self.answer(
            token,
            field_vat="right",
            field_phone="wrong",
            new_phone="010-67005555",
            remark="下午联系",
            new_vat="ignored",
        )
        self.assertEqual(wrong, {})
        self.assertEqual(self.archived.phone, old)
        self.assertEqual(request.state, "answered")
        self.assertTrue(request.answered_at)
        self.assertEqual(len(request.ip_digest), 32)
        self.assertNotIn("192.0.2.7", request.ip_digest)
        self.assertEqual(request.remark, "下午联系")
        proposal = request.proposal_id
        self.assertEqual((proposal.origin, proposal.archive_id), ("customer", self.archive))
        self.assertEqual(proposal.line_ids.mapped("field_name"), ["phone"])
        self.assertIn(request.item_reference, proposal.reason)
        # The account manager decides, and has the answers in a verification.
        self.of("clerk", proposal).action_accept_all()
        self.assertEqual(self.archived.phone, "010-67005555")
        self.assertIn(request.ip_digest, proposal.customer_proof)
        lines = request.verification_id.line_ids
        answers = {line.field_name: line.answer for line in lines if line.answer}
        self.assertEqual(answers, {"vat": "confirmed", "phone": "changed"})
        self.assertEqual(lines.filtered("answer").request_id, request)
        self.assertEqual(request.verification_id.user_id, self.user["clerk"])
        # What was accepted meanwhile is not overtaken, and counts as confirmed.
        verification = self.of("clerk", request.verification_id)
        verification.line_ids.filtered(lambda line: line.field_name and not line.answer).write({"answer": "unknown"})
        verification.action_finish()
        self.env.cr.execute("SELECT confirmed_days FROM customer_archive WHERE id = %s", [self.archive.id])
        self.assertEqual(set(self.env.cr.fetchone()[0]), {"vat", "phone"})

    def test_goes_into_the_open_verification(self):
        action = self.of("clerk", self.archive).action_verify()
        request, token = self.ask()
        self.answer(token, field_vat="right")
        self.assertEqual(request.verification_id.id, action["res_id"])

    def test_once(self):
        _request, token = self.ask()
        self.assertEqual(self.answer(token, field_vat="right"), {})
        self.assertIsNone(self.answer(token, field_vat="right"))

    def test_expires(self):
        request, token = self.ask(days=3)
        with freeze_time(fields.Datetime.now() + timedelta(days=3, minutes=1)):
            self.assertFalse(self.env[MODEL]._find(token))
            request.invalidate_recordset()
            self.assertTrue(request.is_expired)
            self.assertIn(request, self.env[MODEL].search([("is_expired", "=", True)]))

    def test_new_link_ends_the_old_one(self):
        request, token = self.ask()
        _other, fresh = self.ask()
        self.assertEqual(request.state, "withdrawn")
        self.assertFalse(self.env[MODEL]._find(token))
        self.assertTrue(self.env[MODEL]._find(fresh))

    def test_withdrawn_or_closed(self):
        request, token = self.ask()
        self.archive.action_deactivate("关闭")
        self.assertFalse(self.env[MODEL]._find(token))
        self.archive.action_reopen("重开")
        self.assertTrue(self.env[MODEL]._find(token))
        self.of("clerk", request).action_withdraw()
        self.assertFalse(self.env[MODEL]._find(token))

    def test_tampered(self):
        request, token = self.ask()
        other, other_token = self.ask(archive=self.person_archive)
        number, secret, sign = token.split("-", 1)[0], token[len(str(request.id)) + 1 : -65], token[-64:]
        self.assertEqual(f"{number}-{secret}-{sign}", token)
        forged = [
            "",
            "x",
            "1",
            token[:-1],
            token + "0",
            token[:-1] + ("0" if token[-1] != "0" else "1"),
            f"{other.id}-{secret}-{sign}",  # another customer's number
            f"{other.id}-{secret}-{other_token[-64:]}",
            f"0{number}-{secret}-{sign}",
            f"{number}-{'A' * 32}-{sign}",
            f"{number}-{'A' * 32}-{'0' * 64}",
            f"{2**40}-{secret}-{sign}",
            token.upper(),
            "\x00" + token,
        ]
        for text in forged:
            with self.subTest(text):
                self.assertFalse(self.env[MODEL]._find(text))
        # Signed by this database, for a number that has another secret.
        signed = self.env[MODEL]._signature(request.id, "B" * 32)
        self.assertFalse(self.env[MODEL]._find(f"{request.id}-{'B' * 32}-{signed}"))
        self.assertEqual(self.env[MODEL]._find(token), request)

    def test_link_is_kept_nowhere(self):
        request, token = self.ask()
        secret = token[len(str(request.id)) + 1 : -65]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(r)::text FROM customer_archive_verification_request r WHERE id = %s", [request.id]
        )
        self.assertNotIn(secret, self.env.cr.fetchone()[0])

    def test_refused_values_and_tries(self):
        request, token = self.ask()
        for _number in range(MOST_TRIES):
            self.assertIn("vat", self.answer(token, field_vat="wrong", new_vat="123"))
        self.assertEqual(request.state, "open")
        self.assertFalse(self.archived.archive_proposal_count)
        self.assertIsNone(self.answer(token, field_vat="right"))

    def test_says_nothing(self):
        _request, token = self.ask()
        self.assertEqual(self.answer(token), {"": ""})

    def test_only_what_was_asked(self):
        request, token = self.ask()
        self.answer(
            token,
            field_vat="right",
            field_comment="wrong",
            new_comment="x",
            field_user_id="wrong",
            new_user_id=str(self.user["colleague"].id),
            field_card_relation="wrong",
            new_card_relation="lost",
        )
        self.assertFalse(request.proposal_id)
        self.assertEqual(request.sudo().answers, {"vat": "confirmed"})

    def test_addresses_are_limited(self):
        tries = self.env["customer.archive.verification.try"]
        digest = self.env[MODEL]._address_digest("192.0.2.9")
        for _number in range(tries._MOST):
            self.assertFalse(tries._is_blocked(digest))
            tries._note(digest)
        self.assertTrue(tries._is_blocked(digest))
        self.assertFalse(tries._is_blocked(self.env[MODEL]._address_digest("192.0.2.10")))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=tries._MINUTES + 1)):
            self.assertFalse(tries._is_blocked(digest))

    def test_mail(self):
        self.archived.email = "kunde@example.com"
        wizard = self.env_of("clerk")["customer.archive.verification.ask"].create({"archive_id": self.archive.id})
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        wizard.action_mail()
        mail = self.env["mail.mail"].search([("id", ">", last)])
        self.assertEqual(mail.email_to, "kunde@example.com")
        self.assertIn("/customer_archive/verify/", mail.body_html)
        self.assertNotIn(self.archived.phone, mail.body_html)
        self.assertNotIn(self.archived.vat, mail.body_html)
        self.archived.email = False
        with self.refused(UserError, "no e-mail address"):
            wizard.action_mail()

    def test_qr(self):
        wizard = self.env_of("clerk")["customer.archive.verification.ask"].create({"archive_id": self.archive.id})
        action = wizard.action_qr()
        self.assertTrue(action["context"]["default_qr"])
        self.assertIn("/customer_archive/verify/", action["context"]["default_link"])
        request = self.env[MODEL].search([("archive_id", "=", self.archive.id), ("state", "=", "open")])
        self.assertEqual(request.sent_by, "qr")

    # -- rights ---------------------------------------------------------------------------------------------------

    def test_who_asks(self):
        (self.archive | self.person_archive).team_id = self.team_north
        for role in ("clerk", "leader", "archivist", "manager"):
            with self.subTest(role):
                self.ask(role)
        for role in (
            "service",
            "management",
            "colleague",
            "employee",
            "appraiser",
            "auditor",
            "security",
            "archivist_two",
        ):
            with self.subTest(role), self.assertRaises(AccessError):
                self.ask(role)

    def test_who_reads(self):
        request, _token = self.ask()
        for role in ("clerk", "service", "management", "archivist"):
            with self.subTest(role):
                self.assertEqual(self.of(role, request).read(["state"])[0]["state"], "open")
        for role in ("colleague", "employee", "appraiser", "sysop", "portal", "clerk_two", "archivist_two"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.of(role, request).read(["state"])

    def test_nobody_forges_an_answer(self):
        request, _token = self.ask()
        for role in ("clerk", "archivist", "manager"):
            mine = self.of(role, request)
            with self.subTest(role):
                for vals in ({"state": "answered"}, {"remark": "x"}, {"ip_digest": "x"}, {"expires_at": "2099-01-01"}):
                    with self.assertRaises(UserError):
                        mine.write(vals)
                with self.assertRaises(UserError):
                    mine.create({"archive_id": self.archive.id, "expires_at": "2099-01-01"})
                with self.assertRaises(UserError):
                    mine.unlink()
                with self.assertRaises(UserError):
                    mine.copy()
                with self.assertRaises(AccessError):
                    mine.read(["token_digest"])
                with self.assertRaises(AccessError):
                    mine.search([("token_digest", "=like", "a%")])
        env = self.env_of("clerk", default_state="answered", default_remark="x", default_answers={"vat": "confirmed"})
        forged, _link = env[MODEL]._ask(env["customer.archive"].browse(self.archive.id))
        self.assertEqual((forged.state, forged.remark, forged.sudo().answers), ("open", False, False))


@tagged("post_install", "-at_install")
class TestVerificationPage(AskCustomer, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_organisation()

    def page(self, token, **form):
        url = f"/customer_archive/verify/{token}"
        return self.url_open(url, data=form or None, allow_redirects=False)

    @mute_logger("odoo.http")
    def test_page(self):
        request, token = self.ask()
        page = self.page(token)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.archived.vat, page.text)
        self.assertNotIn("67001234", page.text)
        self.assertNotIn(self.archived.name, page.text)
        self.assertNotIn(self.archive.number, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertNotIn("<script", page.text)
        again = self.page(token, field_vat="wrong", new_vat="<b>1</b>")
        self.assertEqual(again.status_code, 200)
        self.assertNotIn("<b>1</b>", again.text)
        done = self.page(token, field_vat="right")
        self.assertEqual(done.status_code, 200)
        self.assertIn(request.item_number, done.text)

    @mute_logger("odoo.http")
    def test_one_answer_for_all(self):
        """Unknown, altered, used, expired, withdrawn: the same page, to the byte."""
        used_request, used = self.ask()
        self.page(used, field_vat="right")
        expired_request, expired = self.ask(archive=self.person_archive)
        expired_request._governed().write({"expires_at": "2020-01-01 00:00:00"})
        self.env.flush_all()
        answers = {
            (page.status_code, page.text)
            for page in (
                self.page("1-" + "a" * 32 + "-" + "0" * 64),
                self.page("nonsense"),
                self.page(used),
                self.page(used, field_vat="right"),
                self.page(expired),
                self.page(used[:-1] + ("1" if used[-1] == "0" else "0")),
            )
        }
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.pop()[0], 404)

    @mute_logger("odoo.http")
    def test_limit(self):
        _request, token = self.ask()
        closed = self.page("nonsense").text
        with patch.object(type(self.env["customer.archive.verification.try"]), "_MOST", 3):
            self.assertEqual(self.page(token).status_code, 200)
            self.page("nonsense")
            self.page("nonsense")
            blocked = self.page(token)
        self.assertEqual((blocked.status_code, blocked.text), (404, closed))

    @mute_logger("odoo.http")
    def test_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.archived.lang = "zh_CN"
        _request, token = self.ask()
        self.assertIn('lang="zh-CN"', self.page(token).text)


@tagged("post_install", "-at_install")
class TestVerificationPageTelephone(AskCustomer, HttpCase):
    browser_size = "400x800"
    touch_enabled = True

    def test_customer_on_the_telephone(self):
        self.build_organisation()
        request, token = self.ask()
        # The pages have no scripts, so that no tour can run in them: the test does what a finger does, and looks at
        # the page that comes then.
        watch = f"""
            addEventListener("DOMContentLoaded", () => {{
                if (document.documentElement.scrollWidth > innerWidth + 1) {{ console.error("Wider than the screen"); }}
                if (document.body.innerText.includes("{request.item_number}")) {{ console.log("test successful"); }}
            }});
        """
        navigate = ChromeBrowser.navigate_to

        def navigate_watched(browser, *args, **kwargs):
            browser._websocket_request("Page.addScriptToEvaluateOnNewDocument", params={"source": watch})
            return navigate(browser, *args, **kwargs)

        with patch.object(ChromeBrowser, "navigate_to", navigate_watched):
            self.browser_js(
                f"/customer_archive/verify/{token}",
                """
                const fingers = [...document.querySelectorAll("button, input[type=text]")];
                if (fingers.some((el) => el.offsetHeight < 36)) { throw new Error("Too small for a finger."); }
                document.querySelector("input[name=field_vat][value=right]").click();
                document.querySelector("input[name=field_phone][value=wrong]").click();
                document.querySelector("input[name=new_phone]").value = "010-67007777";
                document.querySelector("textarea[name=remark]").value = "请下午联系";
                document.querySelector("button").click();
                """,
            )
        request.invalidate_recordset()
        self.assertEqual((request.state, request.remark), ("answered", "请下午联系"))
        self.assertEqual(request.proposal_id.line_ids.field_name, "phone")
