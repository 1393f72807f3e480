"""How long a proof goes on: a part of it in `make test`, all of it under `make soak`."""

import os

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
