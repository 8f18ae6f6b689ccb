from . import customer_archive_print
from . import customer_archive_card_print
from . import customer_archive_label_print
