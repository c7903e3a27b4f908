"""`python -m fastlege.identity_provider`: install the provider's packages. `--needs-node`: is there no node for it?"""

from __future__ import annotations

import sys

from fastlege.identity_provider.installing import find_node, install
from fastlege.kernel.errors import DataError

if sys.argv[1:] == ["--needs-node"]:
    sys.exit(0 if find_node() is None else 1)
try:
    install()
except DataError as error:
    sys.exit(str(error))
