from . import test_access
from . import test_archive
from . import test_numbering
