const units = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Four significant digits with a unit letter: 12.34 k. */
export function short(value) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  for (const [scale, letter] of units) if (size >= scale) return `${trim(value / scale)} ${letter}`;
  return size !== 0 && size < 0.001 ? value.toExponential(2) : trim(value);
}

function trim(value) {
  return String(Number(value.toPrecision(4)));
}

export function bytes(value) {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let scaled = value;
  let at = 0;
  while (scaled >= 1024 && at < names.length - 1) {
    scaled /= 1024;
    at += 1;
  }
  return `${scaled >= 100 || at === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${names[at]}`;
}

export function milliseconds(value) {
  return value < 10
    ? `${value.toFixed(1)} ms`
    : value < 1000
      ? `${Math.round(value)} ms`
      : `${(value / 1000).toFixed(1)} s`;
}

export function duration(totalMs) {
  const seconds = Math.floor(totalMs / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

export function seriesName(metric) {
  const { __name__: name = '', ...labels } = metric;
  const parts = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return parts.length === 0 ? name || '{}' : `${name}{${parts.join(', ')}}`;
}

/** An element with text, classes and children; nothing from outside is ever read as HTML. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A table of rows; each cell is text or [class, text]. */
export function table(rows, emptyText) {
  if (rows.length === 0) return element('p', { class: 'quiet' }, emptyText);
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      ...cells.map((cell) =>
        Array.isArray(cell) ? element('td', { class: cell[0] }, cell[1]) : element('td', {}, cell),
      ),
    ),
  );
  return element('table', {}, element('tbody', {}, ...body));
}
