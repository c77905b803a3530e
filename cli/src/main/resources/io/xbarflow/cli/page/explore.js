// Filters, figures of the point under the pointer, and commands for the clipboard.
'use strict';
(() => {
  const points = JSON.parse(document.getElementById('points').textContent);
  const parts = points.map(() => []);
  for (const part of document.querySelectorAll('[data-point]')) {
    parts[Number(part.dataset.point)].push(part);
  }

  const form = document.querySelector('form.filters');
  const shown = document.getElementById('shown');
  const filter = () => {
    const wanted = new Map();
    let onlyFront = false;
    for (const box of form.querySelectorAll('input')) {
      if (box.name === 'front') {
        onlyFront = box.checked;
        continue;
      }
      if (!wanted.has(box.name)) wanted.set(box.name, new Set());
      if (box.checked) wanted.get(box.name).add(box.value);
    }
    let count = 0;
    points.forEach((point, index) => {
      let passes = point.front || !onlyFront;
      for (const [name, values] of wanted) {
        passes &&= name in point.choices && values.has(point.choices[name]);
      }
      for (const part of parts[index]) part.classList.toggle('out', !passes);
      if (passes) count++;
    });
    shown.textContent = count === points.length
        ? `${count} points` : `${count} of ${points.length} points`;
  };
  form.addEventListener('change', filter);
  form.addEventListener('submit', (event) => event.preventDefault());

  const tip = document.createElement('div');
  tip.id = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  document.body.append(tip);
  let lit = [];
  const light = (index) => {
    for (const part of lit) part.classList.remove('lit');
    lit = index === null ? [] : parts[index];
    for (const part of lit) part.classList.add('lit');
  };
  const indexOf = (event) => {
    const part = event.target instanceof Element && event.target.closest('[data-point]');
    return part ? Number(part.dataset.point) : null;
  };
  document.addEventListener('pointerover', (event) => {
    const index = indexOf(event);
    light(index);
    tip.hidden = index === null || !(event.target instanceof SVGElement);
    if (tip.hidden) return;
    tip.textContent = points[index].text;
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const below = event.clientY + 16;
    const top = below + box.height > innerHeight ? event.clientY - box.height - 12 : below;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${Math.max(8, top)}px`;
  });

  document.addEventListener('click', async (event) => {
    const button = event.target instanceof Element && event.target.closest('button[data-command]');
    if (button) {
      let said = 'copied';
      try {
        await navigator.clipboard.writeText(button.dataset.command);
      } catch {
        // Without permission: select it, so that a key press copies it.
        getSelection().selectAllChildren(button.parentElement.querySelector('code'));
        said = 'selected';
      }
      button.textContent = said;
      setTimeout(() => { button.textContent = 'copy'; }, 1500);
      return;
    }
    const index = indexOf(event);
    if (index === null || !(event.target instanceof SVGElement)) return;
    const row = document.getElementById(`point-${index}`);
    if (row) row.scrollIntoView({ block: 'center' });
    light(index);
  });
})();
