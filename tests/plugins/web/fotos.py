"""`make screenshots`: the pictures that the README and the docs show, of the running product."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

import psycopg
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from produto import OPCOES, PACIENCIA, Pessoa, Produto, no_ar, o_chromium

from tiss.demo import clinica
from tiss.settings import FUSO

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
            _deixar_o_que_fazer(pessoa, produto)
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


def _deixar_o_que_fazer(pessoa: Pessoa, produto: Produto) -> None:
    """Have consultas wait, and a lote of which no answer came: a desk without work shows little."""
    with psycopg.connect(produto.url_clinica) as conexao:
        clinica.gerar(conexao, consultas=60, semente=2, hoje=datetime.now(FUSO).date())
    produto.falha("reset_depois", registro_ans="999002")
    quadro = pessoa.ir("consultas?situacao=PRONTA&operadora=999002")
    for caixa in quadro.locator("input[name=consulta]:not([disabled])").all()[:6]:
        caixa.check()
    quadro.get_by_role("button", name="Conferir e criar lotes").click()
    quadro.get_by_role("button", name="e enviar agora").click()
    expect(quadro.get_by_role("status").filter(has_text="envio começou")).to_be_visible()
    expect(quadro.locator(".badge[data-status=EM_DUVIDA]").first).to_be_visible()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
