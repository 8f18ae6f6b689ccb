from odoo.exceptions import AccessError


class RestrictedCustomerError(AccessError):
    """A customer's archive is not open to the user.

    ``context`` holds ``archive_restricted``: model and id of the record. That it exists is no secret, all else is.
    The web client's dialog offers to ask for a loan of it (static/src/restricted/). It is missing where a loan would
    not help, because the user reads the customer already and may only not change it.
    """

    def __init__(self, message, record, *, by_loan=True):
        super().__init__(message)
        self.context = {"archive_restricted": {"model": record._name, "id": record.id}} if by_loan else {}
