"""What can be reminded of: dates that are reached from an archive. Bridges add theirs (product.md L4)."""

from typing import NamedTuple

from odoo import api, models


class Source(NamedTuple):
    """One kind of date."""

    label: str
    model: str
    date: str  # stored date or time fields, joined by commas: the first that is filled
    archive: str = "archive_id"  # the archive's field; "id": the archive itself; "partner": that of the contact below
    contact: str = "partner_id"  # for "partner": the field with the contact; may be "id"
    responsible: str = ""  # the field with the user whose business it is
    where: tuple = ()  # a domain: records that count
    named: str = ""  # the field that stands for the record in texts; empty: the archive's number
    lasting: bool = False  # it stays true until somebody does something, so it never is too late to remind of it
    grace: int = 7  # otherwise: for so many days after the last offset (or the date)
    yearly: bool = False  # a birthday: it comes again every year
    before_only: bool = False  # what comes afterwards is said by somebody else
    own: bool = False  # whoever reads the record is told, with or without the archive


class CustomerArchiveReminderRule(models.Model):
    _inherit = "customer.archive.reminder.rule"

    @api.model
    def _all_sources(self):
        """{code: Source} of this addon, those of models that may not be there included."""
        _ = self.env._
        document, log = "customer.archive.document", "customer.archive.contact.log"
        # What has a follow-up or was ended by notice needs no more care.
        running = (
            ("state", "in", ("in_force", "expired")),
            ("renewed_by_ids", "=", False),
            ("notice_given_on", "=", False),
        )
        return {
            "birthday": Source(
                _("Birthday"),
                "res.partner",
                "card_birth_date",
                archive="partner",
                contact="id",
                yearly=True,
                grace=1,
            ),
            "no_contact": Source(
                _("Last contact with the customer"), "customer.archive", "last_contact_on,opened_on", "id", lasting=True
            ),
            "next_step": Source(
                _("Next step of a contact log"),
                log,
                "next_on",
                responsible="next_user_id",
                where=(("next_done_on", "=", False),),
            ),
            "preference": Source(
                _("Need or preference goes stale"),
                "customer.archive.preference",
                "stale_on",
                archive="partner",
                lasting=True,
            ),
            "review": Source(_("Next review of the archive"), "customer.archive", "next_review_on", "id", lasting=True),
            "level_end": Source(_("End of the confidentiality level"), "customer.archive", "level_until", "id"),
            "contract_end": Source(
                _("End of a contract"),
                document,
                "valid_until",
                responsible="user_id",
                where=(*running, ("register", "=", "contract")),
            ),
            "contract_notice": Source(
                _("Last day to give notice of a contract"),
                document,
                "notice_on",
                responsible="user_id",
                where=running,
            ),
            "licence_end": Source(
                _("End of a licence or certificate"),
                document,
                "valid_until",
                responsible="user_id",
                where=(*running, ("register", "!=", "contract")),
            ),
            # Whoever is late is chased by the loans themselves.
            "loan_due": Source(
                _("Return of a loan"),
                "customer.archive.loan",
                "due_at",
                responsible="user_id",
                where=(("state", "=", "open"),),
                named="name",
                before_only=True,
                grace=0,
                own=True,
            ),
        }

    @api.model
    def _sources(self):
        """Those whose model and dates are there."""
        return {
            code: source
            for code, source in self._all_sources().items()
            if source.model in self.env
            and all(name in self.env[source.model]._fields for name in source.date.split(","))
        }

    @api.model
    def _selection_source(self):
        return [(code, source.label) for code, source in self._all_sources().items()]

    def _source(self):
        """The rule's Source; None where its model is not there."""
        return self._sources().get(self.source)

    def _target_model(self):
        """The model that activities are planned on: what is due, if it has activities; otherwise the archive."""
        source = self._source()
        model = self.env[source.model] if source else None
        if model is None or model._name == "res.partner" or "activity_ids" not in model._fields:
            return "customer.archive"
        return model._name
