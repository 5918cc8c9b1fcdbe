// The form of a contrato in tabs: without this script all of them stand one below the other.
'use strict';
(() => {
  const abas = $$('.abas a');
  const secoes = $$('[data-aba]');
  const nomes = abas.map((a) => a.hash.replace('#aba-', ''));
  const barra = $('.corpo .bar');
  const mostrar = (nome) => {
    // Of the history there is nothing to store.
    if (barra) barra.hidden = nome === 'HISTORIA';
    secoes.forEach((s) => { s.hidden = s.dataset.aba !== nome; });
    abas.forEach((a, i) => { if (nomes[i] === nome) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current'); });
  };
  // The page that answers the form opens on the tab that it was sent from.
  const levar = (hash) => {
    const ficha = $('[data-ficha]');
    ficha.setAttribute('action', ficha.getAttribute('action').replace(/#.*|$/, hash));
    $$('[formaction]', ficha).forEach((b) => b.setAttribute('formaction', b.getAttribute('formaction').replace(/#.*|$/, hash)));
  };
  document.documentElement.classList.add('com-abas');
  abas.forEach((a, i) => a.addEventListener('click', (e) => {
    e.preventDefault();
    mostrar(nomes[i]);
    history.replaceState({}, '', a.hash);
    mostrarEndereco();
    levar(a.hash);
  }));
  const torto = $('.torto');
  const pedida = location.hash.replace('#aba-', '');
  const primeira = torto ? torto.closest('[data-aba]').dataset.aba : nomes.includes(pedida) ? pedida : nomes[0];
  mostrar(primeira);
  levar(`#aba-${primeira}`);
  // The address names a part of the page, and the browser goes there: past what answers the form.
  if ($('.note[role], .laudo')) {
    window.addEventListener('load', () => requestAnimationFrame(() => {
      window.scrollTo(0, 0);
      if (!torto) return;
      $('.in, input', torto)?.focus({ preventScroll: true });
      if (torto.getBoundingClientRect().bottom > innerHeight - barra.offsetHeight) torto.scrollIntoView({ block: 'center' });
    }));
  }

  const ficha = $('[data-ficha]');
  const aviso = $('[data-mudou]');
  // What answers a test or a refusal has what nobody stored yet.
  let mudou = Boolean(aviso && !aviso.hidden);
  ficha.addEventListener('input', () => { mudou = true; if (aviso) aviso.hidden = false; });
  ficha.addEventListener('submit', () => { mudou = false; });
  $('[data-descartar]')?.addEventListener('click', () => { mudou = false; });
  window.addEventListener('beforeunload', (e) => { if (mudou) e.preventDefault(); });
})();
