var called = (e) => `${e.tagName.toLowerCase()}.${e.getAttribute('class') || ''}: ${e.textContent.trim().slice(0, 40)}`;

var overflow = (width) => [...document.body.querySelectorAll('*')]
    .filter((e) => !e.parentElement.closest('.scroll, svg') && !e.closest('#tip, [hidden]'))
    .filter((e) => e.getBoundingClientRect().right > width + 0.5)
    .map(called);

// Any CSS colour as [red, green, blue, opacity].
var canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
var rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => (i === 3 ? v / 255 : v));
};
var luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
var ground = (e) => {
  if (e.tagName === 'text') {
    const frame = e.parentElement.closest('a') && e.parentElement.querySelector('rect');
    const fill = frame && rgba(getComputedStyle(frame).fill);
    if (fill && fill[3] > 0.99) return fill;
    e = e.closest('svg');
  }
  for (let at = e; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] > 0.99) return colour;
  }
  return rgba(getComputedStyle(document.body).backgroundColor);
};
var faint = (least) => [...document.body.querySelectorAll('*')]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .filter((e) => !e.closest('script, title, defs') && e.tagName !== 'title')
    .filter((e) => e.getClientRects().length > 0)
    .map((e) => {
      const style = getComputedStyle(e);
      const text = luminance(rgba(e instanceof SVGElement ? style.fill : style.color));
      const behind = luminance(ground(e));
      const ratio = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
      return [ratio, `${ratio.toFixed(2)} ${called(e)}`];
    })
    .filter(([ratio]) => ratio < least)
    .map(([, text]) => text);
