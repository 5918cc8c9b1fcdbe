"""What the person at the terminal sees while the demo works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

SILENCIO = 5.0  # seconds: without a terminal, a step that takes long speaks this often at most


class Tela:
    """Steps with their times: spinners on a terminal, lines in a log. Safe between threads."""

    def __init__(self, console: Console) -> None:
        """Write to a console."""
        self.console = console
        self._progresso = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._inicio = time.monotonic()
        self._vez = threading.Lock()
        self._abertos = 0

    @property
    def decorrido(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._inicio

    @contextmanager
    def passo(self, que: str) -> Iterator[Callable[[str], None]]:
        """Show a step until it ends, then how long it took.

        Gives a function that shows how far the step is. A step that fails says so and raises on.
        """
        inicio = falou = time.monotonic()
        tarefa = self._abrir(que)
        ultimo = ""

        def detalhar(texto: str) -> None:
            nonlocal falou, ultimo
            self._progresso.update(tarefa, description=escape(f"{que}: {texto}"))
            agora = time.monotonic()
            calado = agora - falou >= SILENCIO and texto != ultimo
            if calado and not self.console.is_terminal:
                self.console.print(f"  … {que}: {texto}", markup=False, highlight=False)
                falou, ultimo = agora, texto

        try:
            yield detalhar
        except BaseException:
            self._fim(f"[red]✗[/] {que}", inicio)
            raise
        else:
            self._fim(f"[green]✓[/] {que}", inicio)
        finally:
            self._fechar(tarefa)

    def dizer(self, texto: str) -> None:
        """Print a line."""
        self.console.print(escape(texto), highlight=False)

    def avisar(self, texto: str) -> None:
        """Print something that the person should notice."""
        self.console.print(f"[yellow]![/] {escape(texto)}", highlight=False)

    def _abrir(self, que: str) -> TaskID:
        with self._vez:
            self._abertos += 1
            if self._abertos == 1:
                self._progresso.start()
            return self._progresso.add_task(escape(que), total=None)

    def _fechar(self, tarefa: TaskID) -> None:
        with self._vez:
            self._progresso.remove_task(tarefa)
            self._abertos -= 1
            # Left running with nothing to show, it would leave its last line on the screen.
            if self._abertos == 0:
                self._progresso.stop()

    def _fim(self, texto: str, inicio: float) -> None:
        duracao = f"{time.monotonic() - inicio:.1f}".replace(".", ",")
        self.console.print(f"{texto} [dim]({duracao} s)[/]", highlight=False)
