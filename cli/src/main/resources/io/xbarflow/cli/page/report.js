// Lights up everything that belongs to the layer under the pointer or in focus.
'use strict';
(() => {
  const lit = new Set();
  const light = (anchor) => {
    for (const part of lit) part.classList.remove('lit');
    lit.clear();
    if (!anchor) return;
    const name = CSS.escape(anchor);
    const parts = document.querySelectorAll(
        `[data-layer="${name}"], [data-from="${name}"], [data-to="${name}"]`);
    for (const part of parts) {
      part.classList.add('lit');
      lit.add(part);
    }
  };
  const anchorOf = (event) => {
    const part = event.target instanceof Element && event.target.closest('[data-layer]');
    return part ? part.dataset.layer : null;
  };
  document.addEventListener('pointerover', (event) => light(anchorOf(event)));
  document.addEventListener('focusin', (event) => light(anchorOf(event)));
})();
