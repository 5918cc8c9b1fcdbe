"""Where the project keeps its files, and the few constants that every layer shares."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

RAIZ = Path(__file__).resolve().parents[2]
ESQUEMAS = RAIZ / "include" / "schemas"
SQL = RAIZ / "include" / "sql"

NAMESPACE = "http://www.ans.gov.br/padroes/tiss/schemas"
ENCODING = "ISO-8859-1"
# Where clinics are unless a contrato says otherwise; the machine may be set to UTC.
FUSO = ZoneInfo("America/Sao_Paulo")
