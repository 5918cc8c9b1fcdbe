from __future__ import annotations

import sys
from pathlib import Path

# pytest imports test files by path, so what they share has to be found by name
_MENSAGENS = Path(__file__).parents[1] / "plugins" / "messages"
sys.path[:0] = [str(Path(__file__).parent), str(_MENSAGENS), str(_MENSAGENS / "leitura")]
