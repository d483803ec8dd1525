import { ApiError, get, rememberToken } from './api.js';
import { drawChart, visibleFrom } from './chart.js';
import { startExplore } from './explore.js';
import { bytes, duration, element, milliseconds, short, table } from './format.js';
import { showSnippets } from './snippets.js';

const PERIOD_MS = 1000;
const HISTORY_SECONDS = 180;
const byId = (id) => document.getElementById(id);
const doorNames = {
  otlp_http_protobuf: 'OTLP/HTTP protobuf',
  otlp_http_json: 'OTLP/HTTP JSON',
  otlp_grpc: 'OTLP/gRPC',
  remote_write: 'Prometheus remote write',
};
const partNames = {
  head: 'recent samples (memory)',
  wal: 'log since the last snapshot',
  blocks: 'sealed blocks',
};
const history = new Map();
let before;
let started = false;

/** Labels of one of the service's own metrics, by name: [[labels, value], ...]. */
function family(metrics, name) {
  const found = [];
  for (const [key, value] of Object.entries(metrics)) {
    if (key !== name && !key.startsWith(`${name}{`)) continue;
    const labels = {};
    for (const [, label, text] of key.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) labels[label] = text;
    found.push([labels, value]);
  }
  return found;
}

function total(metrics, name) {
  return family(metrics, name).reduce((sum, [, value]) => sum + value, 0);
}

function ratesOf(now, name, label) {
  const seconds = (now.nowMs - before.nowMs) / 1000;
  const earlier = new Map(family(before.metrics, name).map(([labels, value]) => [labels[label], value]));
  return family(now.metrics, name).map(([labels, value]) => [
    labels[label],
    seconds > 0 ? Math.max(0, value - (earlier.get(labels[label]) ?? 0)) / seconds : 0,
    value,
  ]);
}

function showTiles(now) {
  const seconds = (now.nowMs - before.nowMs) / 1000;
  const perSecond = (name) =>
    seconds > 0 ? Math.max(0, total(now.metrics, name) - total(before.metrics, name)) / seconds : 0;
  const cpu = seconds > 0 ? ((now.process.cpuSeconds - before.process.cpuSeconds) / seconds) * 100 : 0;
  const refused = perSecond('statbar_rejected_points_total');
  const { head: headBytes = 0, ...onDisk } = now.sizesBytes;
  const diskBytes = Object.values(onDisk).reduce((sum, size) => sum + size, 0);
  const tiles = [
    ['points/s', short(perSecond('statbar_door_points_total'))],
    ['refused/s', short(refused), refused > 0],
    ['series', short(now.seriesCount)],
    ['on disk', bytes(diskBytes)],
    ['head in memory', bytes(headBytes)],
    ['process memory', bytes(now.process.residentBytes)],
    ['of one CPU', `${cpu.toFixed(0)} %`],
    ['loop delay, p99', milliseconds(now.process.eventLoopDelayP99Ms), now.process.eventLoopDelayP99Ms > 200],
  ];
  byId('tiles').replaceChildren(
    ...tiles.map(([name, value, bad]) =>
      element(
        'div',
        { class: bad ? 'tile bad' : 'tile' },
        element('b', {}, value),
        element('span', {}, name),
      ),
    ),
  );
}

function showArrivals(now) {
  const rates = ratesOf(now, 'statbar_door_points_total', 'door');
  const at = now.nowMs / 1000;
  for (const [door, rate] of rates) {
    if (!history.has(door)) history.set(door, []);
    const points = history.get(door);
    if (now !== before) points.push([at, rate]);
    while (points.length > 0 && points[0][0] < at - HISTORY_SECONDS) points.shift();
  }
  const used = rates.filter(([, , count]) => count > 0);
  const lines = used.map(([door]) => ({ name: doorNames[door] ?? door, points: history.get(door) }));
  drawChart(byId('arrivals'), lines, visibleFrom(lines, at - HISTORY_SECONDS, at), at, 150, 8);
  byId('doors').replaceChildren(
    table(
      used.map(([door, rate, count]) => [
        doorNames[door] ?? door,
        ['number', `${short(rate)}/s`],
        ['number', `${short(count)} in all`],
      ]),
      'Nothing yet. Further down is how to send something.',
    ),
  );
}

function showStore(now) {
  const { metrics, sizesBytes } = now;
  const commits =
    total(metrics, 'statbar_store_wal_commit_seconds_count') -
    total(before.metrics, 'statbar_store_wal_commit_seconds_count');
  const spent =
    total(metrics, 'statbar_store_wal_commit_seconds_sum') -
    total(before.metrics, 'statbar_store_wal_commit_seconds_sum');
  const rows = [
    ['state', ['number', now.writable ? 'takes writes' : 'does not take writes']],
    ['series', ['number', now.seriesCount.toLocaleString()]],
    ...Object.entries(sizesBytes).map(([part, size]) => [partNames[part] ?? part, ['number', bytes(size)]]),
    [
      'log commit (write and fsync)',
      ['number', commits > 0 ? milliseconds((spent / commits) * 1000) : 'idle'],
    ],
    [
      'streams, listeners',
      ['number', `${total(metrics, 'statbar_stream_topics')}, ${total(metrics, 'statbar_stream_listeners')}`],
    ],
  ];
  byId('store').replaceChildren(table(rows, ''));
}

const refusals = [
  ['statbar_rejected_points_total', 'reason', 'points'],
  ['statbar_backpressure_total', 'limit', 'requests (told to retry)'],
  ['statbar_request_limit_total', 'limit', 'requests'],
  ['statbar_client_errors_total', 'reason', 'connections'],
  ['statbar_auth_failures_total', 'reason', 'requests (credentials)'],
  ['statbar_stream_refused_total', 'reason', 'listeners'],
];

function showRefused(now) {
  const rows = refusals.flatMap(([name, label, what]) =>
    ratesOf(now, name, label)
      .filter(([, , count]) => count > 0)
      .map(([reason, rate, count]) => [
        ['name', reason],
        what,
        ['number', rate > 0 ? `${short(rate)}/s` : ''],
        ['number', short(count)],
      ]),
  );
  byId('refused').replaceChildren(table(rows, 'Nothing was refused since the start.'));
}

function showState(text, kind) {
  byId('state').textContent = text;
  byId('state').className = `state ${kind}`;
}

function show(now) {
  before ??= now;
  showState(now.ready ? 'ready' : now.reason, now.ready ? 'good' : 'bad');
  const tenant = now.tenant === 'default' ? '' : `tenant ${now.tenant}, `;
  byId('facts').textContent = `${tenant}version ${now.version}, up ${duration(now.nowMs - now.startTimeMs)}`;
  showTiles(now);
  showArrivals(now);
  showStore(now);
  showRefused(now);
  if (!started) {
    started = true;
    showSnippets(now.links);
    startExplore();
  }
  before = now;
}

function askForToken(message) {
  byId('token-form').hidden = false;
  byId('content').hidden = true;
  byId('token-error').hidden = message === '';
  byId('token-error').textContent = message;
  showState('token needed', '');
}

let tokenTried = false;
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  tokenTried = true;
  rememberToken(byId('token').value.trim());
  void poll();
});

let timer;
async function poll() {
  clearTimeout(timer);
  try {
    const now = await get('statbar/v1/status');
    byId('token-form').hidden = true;
    byId('content').hidden = false;
    show(now);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
      askForToken(tokenTried ? error.message : '');
      return;
    }
    showState(error instanceof ApiError ? error.message : 'no answer from the service', 'bad');
  }
  timer = setTimeout(poll, document.hidden ? PERIOD_MS * 5 : PERIOD_MS);
}
void poll();
