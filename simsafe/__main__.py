"""``python -m simsafe``, for when the script is not on the path."""

import sys

from simsafe.app import main

sys.exit(main())
