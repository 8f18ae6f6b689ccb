from . import base_import_import
from . import base_partner_merge
from . import customer_archive_open
from . import customer_archive_step
