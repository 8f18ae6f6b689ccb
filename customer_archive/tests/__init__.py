from . import test_access
from . import test_archive
from . import test_checks
from . import test_import
from . import test_numbering
from . import test_opening
from . import test_score
