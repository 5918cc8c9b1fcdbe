"""`make screenshots`: the pictures that the README and the docs show, of the running product."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from produto import OPCOES, PACIENCIA, Pessoa, no_ar, o_chromium

# Name of the picture -> screen, theme.
FOTOS = {
    "hoje": ("hoje", "light"),
    "consultas": ("consultas", "light"),
    "lotes": ("lotes", "light"),
    "lotes_escuro": ("lotes", "dark"),
    "guias": ("guias", "light"),
    "conciliacao": ("conciliacao", "light"),
    "operadoras": ("operadoras", "light"),
}


def main(destino: Path) -> int:
    """Take the pictures; return the exit code."""
    chromium = o_chromium()
    if chromium is None:
        print("Falta o Chromium: sudo apt install chromium", file=sys.stderr)
        return 1
    destino.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PACIENCIA)
    with (
        tempfile.TemporaryDirectory(prefix="tiss-fotos-") as nome,
        sync_playwright() as playwright,
    ):
        pasta = Path(nome)
        pasta.chmod(0o755)
        with no_ar(pasta, consultas=400, noite=True) as produto:
            navegador = playwright.chromium.launch(executable_path=chromium, args=OPCOES)
            pessoa = Pessoa(produto, navegador, "admin")
            for foto, (tela, tema) in FOTOS.items():
                pessoa.tema(tema)
                quadro = pessoa.ir(tela)
                if tela == "lotes":
                    quadro.locator("tr.row a").first.click()
                    expect(quadro.locator("#painel")).to_be_visible()
                pessoa.pagina.wait_for_timeout(1500)
                pessoa.pagina.screenshot(path=destino / f"{foto}.png")
                print(destino / f"{foto}.png")
            navegador.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
