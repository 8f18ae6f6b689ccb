from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    """The unit tests of static/tests, in a browser."""

    def test_widgets(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={self._suite_id('@customer_archive')}",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )

    def _suite_id(self, name):
        """The id by which the page of the unit tests knows a suite: a 32-bit hash of its name."""
        number = 0
        for char in name:
            number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
        return f"{number:08x}"
