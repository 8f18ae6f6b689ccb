"""No link that opens a file without asking who fetches it.

With the files of a chatter Odoo hands out tokens that hold for weeks and are kept nowhere, so that they can't be taken
back: who had an archive on loan would fetch its files long afterwards, and so would everybody who gets the link.
Employees need no tokens, they are logged in.
"""

from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _get_raw_access_token(self):
        return False if self._archive_gives_no_token() else super()._get_raw_access_token()

    def _get_thumbnail_token(self):
        return False if self._archive_gives_no_token() else super()._get_thumbnail_token()

    def _archive_gives_no_token(self):
        """Whether it is a file of something that hangs on a customer, and an employee asks."""
        self.ensure_one()
        links = self.env["customer.archive.access"]._links()
        return self.sudo().res_model in links and self.env.user._is_internal()  # where it hangs; decides
