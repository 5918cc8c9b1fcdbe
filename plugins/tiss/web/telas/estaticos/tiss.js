// Shared by every screen: links to Airflow's pages, dialogs, keyboard, dates, partial updates. Every page works
// without it; with it, nothing blinks.
'use strict';
const $ = (s, r = document) => r.querySelector(s);
const $$ = (s, r = document) => [...r.querySelectorAll(s)];
const raiz = document.body.dataset.raiz;

let dito = 0;
function dizer(texto) {
  const lugar = $('#vivo');
  if (!lugar || Date.now() - dito < 5000) return;
  dito = Date.now();
  lugar.textContent = '';
  requestAnimationFrame(() => { lugar.textContent = texto; });
}

// Airflow reads our address when a document loads; a changed one has to be shown to it.
function mostrarEndereco() {
  try { if (window.frameElement) window.frameElement.dispatchEvent(new Event('load')); } catch { /* not in Airflow's frame */ }
}

// What was just done is said once: an address that is loaded again says nothing of it.
{
  const limpo = new URL(location);
  if (limpo.searchParams.has('feito')) {
    ['feito', 'corrida'].forEach((nome) => limpo.searchParams.delete(nome));
    history.replaceState({}, '', limpo);
    mostrarEndereco();
  }
}

// Keys reach us while nothing around us has them.
try { if (parent !== self && parent.document.activeElement === parent.document.body) window.focus(); } catch { /* alone */ }

// The sandbox keeps us from navigating the page around us: the click is handed to Airflow's own router.
document.addEventListener('click', (e) => {
  const a = e.target.closest('a[data-airflow]');
  if (!a || e.ctrlKey || e.metaKey || parent === self) return;
  e.preventDefault();
  try {
    parent.history.pushState({}, '', a.getAttribute('href'));
    parent.dispatchEvent(new parent.PopStateEvent('popstate', { state: {} }));
  } catch {
    const fora = parent.document.createElement('a');
    fora.href = a.getAttribute('href');
    fora.click();
  }
});

// Dates: written as people write them, whatever the language of the browser.
$$('.date').forEach((d) => {
  const [texto, nativo] = $$('input', d);
  $('button', d).addEventListener('click', () => {
    const [dia, mes, ano] = texto.value.split('/');
    nativo.value = ano ? `${ano}-${mes}-${dia}` : '';
    try { nativo.showPicker(); } catch { texto.focus(); }
  });
  nativo.addEventListener('change', () => {
    texto.value = nativo.value.split('-').reverse().join('/');
    texto.dispatchEvent(new Event('change', { bubbles: true }));
  });
});

// Rows change where they are: what is new is told, and put in its place when the person asks for it.
let novas = 0;
function semMover(outra) {
  const daqui = $$('tr.row[data-id]');
  const la = new Map($$('tr.row[data-id]', outra).map((l) => [l.dataset.id, l]));
  const corpo = $('tbody', outra);
  if (!corpo || !daqui.length) return;
  novas = [...la.keys()].filter((id) => !daqui.some((l) => l.dataset.id === id)).length;
  corpo.replaceChildren(...daqui.map((l) => la.get(l.dataset.id) ?? l.cloneNode(true)));
}

// Partial updates: the same page is fetched again, and its parts take the place of those here.
async function atualizar(url, { endereco = false, mover = true } = {}) {
  const partes = $$('[data-parcial]');
  const espera = setTimeout(() => partes.forEach((p) => p.setAttribute('aria-busy', 'true')), 200);
  try {
    const resposta = await fetch(url, { headers: { 'X-Tiss': '1' } });
    if (!resposta.ok) { location.assign(url); return false; }
    const nova = new DOMParser().parseFromString(await resposta.text(), 'text/html');
    const foco = document.activeElement?.closest?.('tr.row')?.dataset.id;
    for (const parte of partes) {
      const outra = $(`[data-parcial="${parte.dataset.parcial}"]`, nova);
      if (outra && !mover) semMover(outra);
      if (outra) parte.innerHTML = outra.innerHTML;
    }
    if (foco) $(`tr.row[data-id="${CSS.escape(foco)}"]`)?.focus();
    if (endereco) { history.replaceState({}, '', url); mostrarEndereco(); }
    document.dispatchEvent(new Event('atualizada'));
    return true;
  } finally {
    clearTimeout(espera);
    partes.forEach((p) => p.removeAttribute('aria-busy'));
  }
}

// Filters apply as they are chosen; the button is for who has no script.
const filtros = $('form[data-filtros]');
if (filtros) {
  filtros.classList.add('vivos');
  const lugarDoFoco = 'tiss.foco';
  let pausa = null;
  let teclas = false;
  const aplicar = () => {
    clearTimeout(pausa);
    pausa = null;
    const escolhidos = new URLSearchParams([...new FormData(filtros)].filter(([, v]) => v !== ''));
    // Who goes on to the next field is there when the page is back.
    sessionStorage.setItem(lugarDoFoco, JSON.stringify([filtros.getAttribute('action'), document.activeElement.id]));
    location.assign(`${filtros.getAttribute('action')}?${escolhidos}`);
  };
  const esperar = (ms) => { clearTimeout(pausa); pausa = setTimeout(aplicar, ms); };
  filtros.addEventListener('pointerdown', () => { teclas = false; });
  filtros.addEventListener('keydown', (e) => {
    teclas = true;
    if (pausa === null) return;
    if (e.key === 'Enter') { e.preventDefault(); aplicar(); } else if (e.target.matches('select')) esperar(1000);
  });
  // Each key in a closed list chooses another one: nothing is applied before the person stops (WCAG 3.2.2).
  filtros.addEventListener('change', (e) => {
    if (e.target.type !== 'date') esperar(teclas && e.target.matches('select') ? 1000 : 0);
  });
  filtros.addEventListener('submit', (e) => { e.preventDefault(); aplicar(); });
  filtros.addEventListener('focusout', () => { if (pausa !== null) esperar(0); });
  const [tela, id] = JSON.parse(sessionStorage.getItem(lugarDoFoco) || '[]');
  sessionStorage.removeItem(lugarDoFoco);
  const campo = tela === filtros.getAttribute('action') && id && document.getElementById(id);
  if (campo) {
    campo.focus();
    if (campo.matches('input')) campo.setSelectionRange(campo.value.length, campo.value.length);
  }
}

// A form is sent once.
document.addEventListener('submit', (e) => {
  if (e.target.method !== 'post') return;
  if (e.target.dataset.enviado) { e.preventDefault(); return; }
  e.target.dataset.enviado = '1';
  $$('button', e.target).forEach((b) => b.setAttribute('aria-disabled', 'true'));
});
window.addEventListener('pageshow', () => $$('form[data-enviado]').forEach((f) => {
  delete f.dataset.enviado;
  $$('button', f).forEach((b) => b.removeAttribute('aria-disabled'));
}));

// How much room is left in a text, told next to it.
$$('textarea[data-contar]').forEach((t) => {
  const lugar = document.getElementById(t.getAttribute('aria-describedby'));
  const dica = lugar.textContent;
  const contar = () => { lugar.textContent = `${t.value.length} de ${t.maxLength} caracteres. ${dica.split('. ')[1]}`; };
  t.addEventListener('input', contar);
  contar();
});

// Dialogs.
document.addEventListener('click', (e) => {
  if (e.target.closest('[data-fechar]')) e.target.closest('dialog').close();
  if (e.target.closest('[data-ajuda]')) $('#ajuda').showModal();
});

// Keyboard. One-key shortcuts can be switched off (WCAG 2.1.4).
const chaveAtalhos = 'tiss.atalhos';
const atalhos = $('[data-atalhos]');
if (atalhos) {
  atalhos.checked = localStorage.getItem(chaveAtalhos) !== 'nao';
  atalhos.addEventListener('change', () => localStorage.setItem(chaveAtalhos, atalhos.checked ? 'sim' : 'nao'));
}
document.addEventListener('keydown', (e) => {
  if (e.target.matches('input:not([type=checkbox]),select,textarea') || e.ctrlKey || e.metaKey || e.altKey || $('dialog[open]')) return;
  const linhas = $$('tr.row');
  const atual = linhas.indexOf(document.activeElement.closest?.('tr.row'));
  const andar = (passo) => { e.preventDefault(); linhas[atual + passo]?.focus(); };
  if (e.key === 'ArrowDown' && atual >= 0) andar(1);
  if (e.key === 'ArrowUp' && atual > 0) andar(-1);
  if (e.key === 'Enter' && e.target.matches('tr.row')) $('a', e.target)?.click();
  if (e.key === ' ' && e.target.matches('tr.row')) { const c = $('input[type=checkbox]', e.target); if (c) { e.preventDefault(); c.click(); } }
  if (e.key === 'Escape') $('[data-fechar-painel]')?.click();
  if (atalhos && !atalhos.checked) return;
  if (e.key === '/') { e.preventDefault(); $('.search .in')?.focus(); }
  if (e.key === '?') { e.preventDefault(); $('#ajuda')?.showModal(); }
  if (e.key === 'j') andar(1);
  if (e.key === 'k' && atual > 0) andar(-1);
});
document.addEventListener('click', (e) => {
  const linha = e.target.closest('tr.row[data-id]');
  if (linha && !e.target.closest('a,button,input,label')) $('a', linha)?.click();
});

// What changes elsewhere is shown here: often while something moves, seldom otherwise, never to a hidden tab.
const fresco = () => $('#fresco');
if (fresco()) {
  let marca = fresco().dataset.marca;
  let falhas = 0;
  const hora = () => new Date().toLocaleTimeString('pt-BR', { timeZone: 'America/Sao_Paulo' });
  let desde = hora();
  const mexe = () => !!$('[data-status=ENVIANDO].badge, [data-status=CANCELANDO].badge, [data-fila]');
  const olhar = async () => {
    if (document.hidden) { agendar(2000); return; }
    try {
      const resposta = await fetch(`${raiz.replace(/\/tiss$/, '')}/api/tiss/lotes/mudancas?desde=${marca}`);
      if (resposta.status === 401) { fresco().textContent = 'Sua sessão terminou. Entre de novo em outra aba e volte aqui.'; return; }
      if (!resposta.ok) throw new Error(String(resposta.status));
      const mudou = await resposta.json();
      falhas = 0;
      if (mudou.lotes.some((l) => vistos.get(l.id) !== l.status)) {
        mudou.lotes.forEach((l) => vistos.set(l.id, l.status));
        // In the list of one status a row that left it goes; in that of all, none moves.
        await atualizar(location.href, { mover: new URL(location).searchParams.has('status') });
        dizer(mudou.lotes.length === 1 ? '1 lote mudou' : `${mudou.lotes.length} lotes mudaram`);
      }
      marca = String(mudou.marca);
      desde = hora();
      fresco().textContent = novas ? '' : `Ao vivo, atualizado às ${desde}`;
      if (novas) {
        const botao = document.createElement('button');
        Object.assign(botao, { type: 'button', className: 'btn sm', textContent: `${novas === 1 ? '1 lote novo' : `${novas} lotes novos`}. Atualizar` });
        botao.addEventListener('click', () => { novas = 0; atualizar(location.href); });
        fresco().append(botao);
      }
    } catch {
      falhas += 1;
      fresco().textContent = `Sem atualização desde ${desde}. Tentando de novo…`;
    }
    agendar((mexe() ? 2000 : 15000) * Math.min(2 ** falhas, 8));
  };
  const agendar = (ms) => setTimeout(olhar, ms);
  const vistos = new Map($$('tr.row[data-id]').map((l) => [Number(l.dataset.id), $('.badge', l)?.dataset.status]));
  agendar(2000);
}

// Selection of consultas: of this page, kept from page to page, or all that the filter finds. It ends with the lotes
// that are created of it.
const escolhas = 'tiss.escolhidas:';
$('form[data-criar]')?.addEventListener('submit', () => {
  Object.keys(sessionStorage).filter((c) => c.startsWith(escolhas)).forEach((c) => sessionStorage.removeItem(c));
});
const escolher = $('form.escolher');
if (escolher && $('[data-conferir]', escolher)) {
  const lugar = `${escolhas}${escolher.dataset.filtro}`;
  const total = escolher.dataset.total === '' ? null : Number(escolher.dataset.total);
  const guardada = JSON.parse(sessionStorage.getItem(lugar) || '{"ids":[],"tudo":false,"exceto":[]}');
  // Its value in cents, NaN: not known.
  const ids = new Map(guardada.ids.map(([id, centavos]) => [id, centavos ?? NaN]));
  const incluir = (c) => ids.set(c.value, c.dataset.centavos === '' ? NaN : Number(c.dataset.centavos));
  const exceto = new Set(guardada.exceto);
  let tudo = guardada.tudo;
  const caixas = $$('input[name=consulta]:not(:disabled)', escolher);
  const cabeca = $('[data-todas]', escolher);
  const faixa = $('[data-tudo]', escolher);
  const numero = (n) => n.toLocaleString('pt-BR');
  const quantas = () => (tudo ? (total === null ? null : total - exceto.size) : ids.size);
  const mostrar = () => {
    caixas.forEach((c) => {
      c.checked = tudo ? !exceto.has(c.value) : ids.has(c.value);
      c.closest('tr').classList.toggle('on', c.checked);
    });
    const marcadas = caixas.filter((c) => c.checked).length;
    cabeca.checked = caixas.length > 0 && marcadas === caixas.length;
    cabeca.indeterminate = marcadas > 0 && marcadas < caixas.length;
    const n = quantas();
    const texto = n === 0 ? 'Selecione as consultas' : n === null ? 'Todas as prontas deste filtro'
      : n === 1 ? '1 consulta selecionada' : `${numero(n)} consultas selecionadas`;
    $('[data-quantas]', escolher).textContent = texto;
    const soma = [...ids.values()].reduce((a, b) => a + b, 0);
    $('[data-soma]', escolher).textContent = tudo || n === 0 || Number.isNaN(soma) ? ''
      : (soma / 100).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' });
    $('[data-limpar]', escolher).hidden = n === 0;
    $('[data-conferir]', escolher).disabled = n === 0;
    faixa.hidden = !(cabeca.checked && (tudo || total === null || total > caixas.length));
    $('span', faixa).textContent = tudo ? 'Todas as prontas deste filtro estão selecionadas.' : `As ${caixas.length} desta página estão selecionadas.`;
    $('button', faixa).textContent = tudo ? 'Selecionar só esta página' : total === null ? 'Selecionar todas as deste filtro' : `Selecionar todas as ${numero(total)} deste filtro`;
    sessionStorage.setItem(lugar, JSON.stringify({ ids: [...ids], tudo, exceto: [...exceto] }));
    dizer(texto);
  };
  const marcar = (c, sim) => {
    if (tudo) { if (sim) exceto.delete(c.value); else exceto.add(c.value); } else if (sim) incluir(c); else ids.delete(c.value);
  };
  let ultima = null;
  escolher.addEventListener('click', (e) => {
    const c = e.target.closest('input[name=consulta]');
    if (!c) return;
    if (e.shiftKey && ultima) {
      const [de, ate] = [caixas.indexOf(ultima), caixas.indexOf(c)].sort((a, b) => a - b);
      caixas.slice(de, ate + 1).forEach((x) => marcar(x, c.checked));
    } else marcar(c, c.checked);
    ultima = c;
    mostrar();
  });
  cabeca.addEventListener('change', () => { caixas.forEach((c) => marcar(c, cabeca.checked)); mostrar(); });
  $('button', faixa).addEventListener('click', () => {
    tudo = !tudo;
    ids.clear(); exceto.clear();
    if (!tudo) caixas.forEach(incluir);
    mostrar();
  });
  $('[data-limpar]', escolher).addEventListener('click', () => { tudo = false; ids.clear(); exceto.clear(); mostrar(); });
  escolher.addEventListener('submit', () => {
    const por = (nome, valor) => {
      const campo = document.createElement('input');
      Object.assign(campo, { type: 'hidden', name: nome, value: valor });
      escolher.append(campo);
    };
    const daqui = new Set(caixas.map((c) => c.value));
    if (tudo) {
      por('tudo', '1');
      if (total !== null) por('total_visto', String(quantas()));
      exceto.forEach((valor) => por('exceto', valor));
    } else ids.forEach((_, valor) => { if (!daqui.has(valor)) por('consulta', valor); });
  });
  mostrar();
}
