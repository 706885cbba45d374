"""``python -m search_service``: the same as ``search-service``."""

import sys

from search_service.cli import main

if __name__ == "__main__":
    sys.exit(main())
