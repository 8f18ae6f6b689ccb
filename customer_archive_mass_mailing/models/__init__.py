from . import customer_archive_access, mailing_mailing
