"""What the printed forms have in common: who may print, for which archives, and the way back from paper."""

import base64
import io
from urllib.parse import quote

import qrcode

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..models.res_partner import GROUP

EMPTY = "–"

# An unpatched wkhtmltopdf prints 125 px to the inch whatever it is told, a patched one 96 px.
UNPATCHED_ZOOM = 1.302

# The colours that Odoo's colour field shows for its indexes; paper needs them as values and by name.
BAG_COLORS = (
    "#a2a2a2",
    "#ee2d2d",
    "#dc8534",
    "#e8bb1d",
    "#5794dd",
    "#9f628f",
    "#db8865",
    "#41a9a2",
    "#304be0",
    "#ee2f8a",
    "#61c36e",
    "#9872e6",
)

# Levels that are stamped on everything that is printed.
STAMPED_LEVELS = ("secret", "core")


class CustomerArchivePrint(models.AbstractModel):
    """Base of the archive's printed forms. Everything is read as the user who prints, under the record rules."""

    _name = "customer.archive.print"
    _description = "Printed Forms of Customer Archives"

    @api.model
    def _archives_to_print(self, model, ids):
        """The archives for a selection of archives or customers, in the order of the selection.

        Odoo checks neither the groups of a report nor the access to its records before it renders
        /report/pdf/<name>/<ids>, so that is done here.

        :raise AccessError: for users without the archive's group, and for records that they may not read
        :raise UserError: for an empty selection, and for customers without an archive
        """
        if not self.env.su and not self.env.user.has_group(GROUP):
            raise AccessError(
                self.env._("You can't print customer archives. Ask an administrator for the right to use them.")
            )
        if not ids:
            raise UserError(self.env._("Nothing is selected. Choose the customers whose archives you want to print."))
        records = self.env[model].browse(ids)
        records.check_access("read")
        if model == "customer.archive":
            return records
        without = records.filtered(lambda partner: not partner.archive_id)
        if without:
            raise UserError(
                self.env._(
                    "%(names)s: there is no archive to print. Open an archive for the customer first, "
                    "or take the customer out of the selection.",
                    names=without._archive_names(),
                )
            )
        records.archive_id.check_access("read")
        return records.archive_id

    # -- the way back from paper ------------------------------------------------------------------------

    @api.model
    def _scan_url(self, archive):
        """The address in the QR code: it opens the archive for those who may see it (controllers/scan.py)."""
        return f"{archive.get_base_url()}/customer_archive/scan/{quote(archive.number or '', safe='')}"

    @api.model
    def _qr_image(self, url):
        """The QR code as a data URI: part of the document, so that nothing is fetched while it is printed."""
        code = qrcode.QRCode(
            error_correction=qrcode.constants.ERROR_CORRECT_M,  # still reads when the label of a bag has been rubbed
            box_size=8,
            border=0,  # the forms leave white space around it
        )
        code.add_data(url)
        image = io.BytesIO()
        code.make_image().save(image, format="PNG")
        return f"data:image/png;base64,{base64.b64encode(image.getvalue()).decode()}"

    @api.model
    def _zoom(self, data):
        """The factor that makes one px of the forms 1/96 inch on paper."""
        printed = (data or {}).get("report_type") == "pdf"
        return 1 if _wkhtml().is_patched_qt or not printed else UNPATCHED_ZOOM

    # -- values as text ---------------------------------------------------------------------------------

    @api.model
    def _bag_color(self, archive):
        """The colour of the archive's bag: (value for CSS, name)."""
        _ = self.env._
        names = (
            _("No color"),
            _("Red"),
            _("Orange"),
            _("Yellow"),
            _("Cyan"),
            _("Purple"),
            _("Almond"),
            _("Teal"),
            _("Blue"),
            _("Raspberry"),
            _("Green"),
            _("Violet"),
        )
        index = archive.category_id.bag_color if 0 <= archive.category_id.bag_color < len(BAG_COLORS) else 0
        return BAG_COLORS[index], names[index]

    @api.model
    def _selection_label(self, record, name):
        return dict(record._fields[name]._description_selection(self.env)).get(record[name], "")

    @api.model
    def _readable(self, records):
        """Those of the records that the user reads: also where the form is printed as the system, for a loan."""
        readable = records._filtered_access("read")
        return readable - self.env["customer.archive.access"]._unreached(readable, "read") if self.env.su else readable

    @api.model
    def _record_label(self, record):
        """Names of linked records, of those only that the user may read."""
        if not record:
            return ""
        readable = self._readable(record)
        return ", ".join(readable.mapped("display_name")) or self.env._("(not open to you)")

    @api.model
    def _common_values(self, archive):
        """What every form shows of an archive."""
        url = self._scan_url(archive)
        color, color_name = self._bag_color(archive)
        return {
            "archive": archive,
            "number": archive.number or EMPTY,
            "customer": archive.partner_id.name or EMPTY,
            "category": archive.category_id.name,
            "fonds": self._record_label(archive.company_id),
            "box": archive.box or EMPTY,
            "shelf": archive.shelf or EMPTY,
            "color": color,
            "color_name": color_name,
            "stamp": self._selection_label(archive, "level") if archive.level in STAMPED_LEVELS else "",
            "url": url,
            "qr": self._qr_image(url),
        }
