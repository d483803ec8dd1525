import { listen, prometheus } from './api.js';
import { color, drawChart, visibleFrom } from './chart.js';
import { element, seriesName, short, table } from './format.js';

const LINES_MAX = 20;
const ROWS_MAX = 200;
const NAMES_MAX = 2000;
const byId = (id) => document.getElementById(id);

let stop = new AbortController();
let lines = new Map();
let current;

function fail(error) {
  byId('explore-error').textContent = error.message;
  byId('explore-error').hidden = false;
  byId('chart').hidden = true;
  byId('result').hidden = true;
}

function note(notes) {
  byId('explore-note').textContent = notes.join('; ');
  byId('explore-note').hidden = notes.length === 0;
}

/** Asks for the range once, then keeps it moving by the stream of instant results. */
async function run() {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  const expression = byId('expression').value.trim();
  if (expression === '') return;
  const rangeSeconds = Number(byId('range').value);
  const stepSeconds = Math.max(1, Math.round(rangeSeconds / 300));
  current = { expression, rangeSeconds, stepSeconds };
  byId('explore-error').hidden = true;
  note([]);
  remember(expression, rangeSeconds);
  try {
    const end = Math.floor(Date.now() / 1000 / stepSeconds) * stepSeconds;
    const instant = await prometheus('query', { query: expression, limit: String(ROWS_MAX + 1) });
    if (signal.aborted) return;
    showInstant(instant.data);
    note(instant.notes);
    if (instant.data.resultType === 'string' || instant.data.resultType === 'matrix') {
      byId('chart').hidden = true;
      return;
    }
    const range = {
      query: expression,
      start: end - rangeSeconds,
      end,
      step: stepSeconds,
      limit: String(LINES_MAX + 1),
    };
    const { data } = await prometheus('query_range', range);
    if (signal.aborted) return;
    lines = new Map(
      data.result.slice(0, LINES_MAX).map((series) => [seriesName(series.metric), pointsOf(series)]),
    );
    if (data.result.length > LINES_MAX) note([`the chart shows the first ${LINES_MAX} series`]);
    draw();
    if (byId('live').checked) await follow(expression, stepSeconds, signal);
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

async function follow(expression, stepSeconds, signal) {
  const parameters = { query: expression, interval: `${Math.min(stepSeconds, 60)}s` };
  await listen('statbar/v1/stream', parameters, signal, ({ kind, data }) => {
    if (signal.aborted) return;
    if (kind === 'error') return fail(new Error(data.error));
    showInstant(data.data);
    append(data.data, data.timeMs / 1000);
    draw();
  });
}

function pointsOf(series) {
  return (series.values ?? []).map(([seconds, text]) => [seconds, Number(text)]);
}

function append(data, seconds) {
  const elements = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : data.result;
  const first = seconds - current.rangeSeconds;
  for (const { metric, value } of elements) {
    if (value === undefined) continue;
    const name = seriesName(metric);
    if (!lines.has(name)) {
      if (lines.size >= LINES_MAX) continue;
      lines.set(name, []);
    }
    const points = lines.get(name);
    if (points.length === 0 || points.at(-1)[0] < seconds) points.push([seconds, Number(value[1])]);
  }
  for (const [name, points] of lines) {
    while (points.length > 0 && points[0][0] < first) points.shift();
    if (points.length === 0) lines.delete(name);
  }
}

function draw() {
  const host = byId('chart');
  host.hidden = false;
  const to = Math.max(Date.now() / 1000 - 1, ...[...lines.values()].map((points) => points.at(-1)?.[0] ?? 0));
  const drawn = [...lines].map(([name, points]) => ({ name, points }));
  drawChart(
    host,
    drawn,
    visibleFrom(drawn, to - current.rangeSeconds, to),
    to,
    240,
    current.stepSeconds * 2.5,
  );
}

function shownValue({ value, histogram }) {
  if (value !== undefined) return Number.isFinite(Number(value[1])) ? short(Number(value[1])) : value[1];
  return histogram === undefined ? '' : `${histogram[1].count} observations, sum ${histogram[1].sum}`;
}

function showInstant(data) {
  const host = byId('result');
  host.hidden = false;
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    host.replaceChildren(table([[['number', data.result[1]]]], ''));
    return;
  }
  const names = [...lines.keys()];
  const rows = data.result.slice(0, ROWS_MAX).map((item) => {
    const name = seriesName(item.metric);
    const values = item.values ?? [];
    const shown =
      item.values === undefined
        ? shownValue(item)
        : `${values.length} samples, last ${values.at(-1)?.[1] ?? ''}`;
    return { name, index: names.indexOf(name), shown };
  });
  const body = table(
    rows.map(({ name, shown }) => [
      ['swatch', ''],
      ['name', name],
      ['number', shown],
    ]),
    'No series has data for this now. Is the name right, and did something arrive in the last 5 minutes?',
  );
  for (const [row, { index }] of rows.entries()) {
    if (index < 0) continue;
    const mark = element('span');
    mark.style.background = color(index);
    body.rows[row].cells[0].append(mark);
  }
  host.replaceChildren(body);
  if (data.result.length > ROWS_MAX)
    host.append(element('p', { class: 'quiet' }, `the first ${ROWS_MAX} rows`));
}

/** The address keeps the question, so that it can be shared and survives a reload. */
function remember(expression, rangeSeconds) {
  history.replaceState(null, '', `#${new URLSearchParams({ q: expression, range: rangeSeconds })}`);
}

async function suggest() {
  const { data: names } = await prometheus('label/__name__/values', { limit: String(NAMES_MAX) });
  byId('metric-names').replaceChildren(...names.map((name) => element('option', { value: name })));
  if (byId('expression').value !== '') return;
  const shown = names.filter((name) => name !== 'target_info' && !name.endsWith('_bucket')).slice(0, 8);
  byId('suggestions').replaceChildren(
    ...shown.map((name) => {
      const button = element('button', { type: 'button' }, suggestionFor(name));
      button.addEventListener('click', () => {
        byId('expression').value = button.textContent;
        void run();
      });
      return button;
    }),
  );
}

function suggestionFor(name) {
  return /_(?:total|count|sum)$/.test(name) ? `sum(rate(${name}[5m]))` : name;
}

export function startExplore() {
  const form = byId('explore');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
  byId('range').addEventListener('change', () => void run());
  byId('live').addEventListener('change', () => void run());
  byId('expression').addEventListener('focus', () => void suggest().catch(() => {}));
  window.addEventListener('resize', () => {
    if (current !== undefined && !byId('chart').hidden) draw();
  });
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.has('q')) {
    byId('expression').value = asked.get('q');
    if (asked.has('range')) byId('range').value = asked.get('range');
    void run();
  }
  void suggest().catch(() => {});
}
