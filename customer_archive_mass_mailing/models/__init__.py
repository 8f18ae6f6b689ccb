from . import customer_archive_access, customer_archive_destroy, mailing_mailing
