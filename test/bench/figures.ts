import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { panelTargets } from './panel-targets.ts';
import { type Figure, formatNumber, printTable } from './report.ts';
import type { Target } from './target.ts';
import { timelineTargets } from './timeline-targets.ts';

/**
 * The figures that StatBar is held to, each with what it must reach and what would be better still, next to
 * what the benches measured last. Run after them by `npm run bench`; alone it prints what was measured before.
 */
const queryTargets: Target[] = ['instant-500', 'range-500', 'range-10k', 'topk-10k', 'buckets-10k'].map(
  (query) => ({
    what: `query ${query}, p50, against Prometheus`,
    key: `query-http/${query}/against-prometheus`,
    unit: 'x',
    reach: 1,
    stretch: 0.5,
    better: 'lower',
    needsPeers: true,
  }),
);

const targets: readonly Target[] = [
  ...panelTargets,
  ...timelineTargets,
  {
    what: '100 k watched signals at steps of 10 s: share of one core',
    key: 'watch/core-share-10s',
    unit: '%',
    reach: 30,
    stretch: 10,
    better: 'lower',
  },
  {
    what: 'sample over threshold by OTLP to card accepted, rule interval 1 s, p99',
    key: 'card-latency/p99',
    unit: 'ms',
    reach: 2000,
    stretch: 1250,
    better: 'lower',
  },
  {
    what: '1,000 alerts on 20 channels, one limited: delay of the others, p99',
    key: 'alert-storm/others-p99',
    unit: 'ms',
    reach: 3000,
    stretch: 1000,
    better: 'lower',
  },
  {
    what: '1,000 alerts on 20 channels: cards lost or doubled',
    key: 'alert-storm/wrong',
    unit: '',
    reach: 0,
    stretch: 0,
    better: 'lower',
  },
  {
    what: 'alerting rules, 50 k instances, against Prometheus',
    key: 'rules/against-prometheus',
    unit: 'x',
    reach: 1,
    stretch: 2,
    better: 'higher',
    needsPeers: true,
  },
  {
    what: 'true cause of a change ranked first',
    key: 'attribution/first-validated',
    unit: '%',
    reach: 60,
    stretch: 75,
    better: 'higher',
  },
  {
    what: 'true cause of a change in the first three',
    key: 'attribution/first-three-validated',
    unit: '%',
    reach: 80,
    stretch: 90,
    better: 'higher',
  },
  { what: 'NAB half, 2-fold', key: 'nab/validated', unit: '', reach: 58, stretch: 70, better: 'higher' },
  { what: 'NAB half, standard', key: 'nab/standard', unit: '', reach: 66, stretch: 75, better: 'higher' },
  { what: 'NAB half, low FP', key: 'nab/low-fp', unit: '', reach: 60, stretch: 67, better: 'higher' },
  { what: 'KPI set, delay F1', key: 'kpi/delay-f1', unit: '', reach: 0.8, stretch: 0.85, better: 'higher' },
  {
    what: 'KPI set, notification F1',
    key: 'kpi/event-f1',
    unit: '',
    reach: 0.7,
    stretch: 0.78,
    better: 'higher',
  },
  {
    what: 'alerts a week on clean signals',
    key: 'false-alarms/per-week',
    unit: '',
    reach: 0.2,
    stretch: 0.05,
    better: 'lower',
  },
  {
    what: 'one observation, many signals in turn',
    key: 'detector/cpu',
    unit: 'us CPU',
    reach: 1.5,
    stretch: 0.5,
    better: 'lower',
  },
  {
    what: 'one signal',
    key: 'detector/memory',
    unit: 'bytes',
    reach: 4096,
    stretch: 2048,
    better: 'lower',
  },
  { what: 'M4 Hourly, OWA', key: 'm4/owa', unit: '', reach: 0.5, stretch: 0.43, better: 'lower' },
  { what: 'M4 Hourly, MSIS at 95 %', key: 'm4/msis', unit: '', reach: 7.2, stretch: 6.2, better: 'lower' },
  {
    what: 'forecast of two weeks of minutes, 6 h ahead',
    key: 'forecast/minutes-cpu-blend',
    unit: 'ms CPU',
    reach: 5,
    stretch: 1,
    better: 'lower',
  },
  {
    what: 'sliding window of 60 overlaps with 20 % disorder, against tumbling',
    key: 'windows/sliding-against-tumbling',
    unit: 'x',
    reach: 0.7,
    stretch: 0.9,
    better: 'higher',
  },
  {
    what: 'one view, 10 k keys, count and sum',
    key: 'windows/keys',
    unit: 'events/CPU-s',
    reach: 5_000_000,
    stretch: 15_000_000,
    better: 'higher',
  },
  {
    what: 'memory per key of a 1 h window sliding by 10 s, count and quantiles',
    key: 'windows/memory-per-key',
    unit: 'bytes',
    reach: 4096,
    stretch: 2048,
    better: 'lower',
  },
  {
    what: 'event acknowledged to result on the stream at half load, p99',
    key: 'freshness/p99',
    unit: 'ms',
    reach: 500,
    stretch: 300,
    better: 'lower',
  },
  {
    what: 'events end to end, durable, JSON of 300 B, 3 views',
    key: 'events/json',
    unit: 'events/CPU-s',
    reach: 100_000,
    stretch: 250_000,
    better: 'higher',
  },
  {
    what: 'OTLP protobuf decode, against protobufjs static',
    key: 'decode/against-protobufjs',
    unit: 'x',
    reach: 6,
    stretch: 9,
    better: 'higher',
  },
  {
    what: 'OTLP/HTTP end to end, durable',
    key: 'ingest-otlp/plain/c4',
    unit: 'points/CPU-s',
    reach: 600_000,
    stretch: 1_200_000,
    better: 'higher',
  },
  {
    what: 'remote write end to end, durable, against Prometheus',
    key: 'remote-write/against-prometheus',
    unit: 'x',
    reach: 3,
    stretch: 6,
    better: 'higher',
    needsPeers: true,
  },
  {
    what: 'remote write end to end, durable, against VictoriaMetrics',
    key: 'remote-write/against-victoria-metrics',
    unit: 'x',
    reach: 0.7,
    stretch: 1.2,
    better: 'higher',
    needsPeers: true,
  },
  {
    what: 'resident memory per active series at 100 k series',
    key: 'memory/per-series/statbar',
    unit: 'bytes',
    reach: 1200,
    stretch: 800,
    better: 'lower',
  },
  {
    what: 'bytes per sample on disk after sealing',
    key: 'disk/bytes-per-sample',
    unit: 'bytes',
    reach: 2,
    stretch: 1.2,
    better: 'lower',
  },
  ...queryTargets,
  {
    what: 'event-loop delay p99 under ingest and heavy queries',
    key: 'eventloop/p99',
    unit: 'ms',
    reach: 50,
    stretch: 20,
    better: 'lower',
  },
  {
    what: 'WAL replay',
    key: 'replay/rate',
    unit: 'samples/CPU-s',
    reach: 1_000_000,
    stretch: 3_000_000,
    better: 'higher',
  },
];

export function verdict(target: Pick<Target, 'reach' | 'stretch' | 'better'>, measured: number): string {
  const within = (bound: number): boolean =>
    target.better === 'higher' ? measured >= bound : measured <= bound;
  if (within(target.stretch)) return 'stretch';
  return within(target.reach) ? 'reached' : 'SHORT';
}

interface Measured extends Figure {
  readonly at: string;
}

function readFigures(folder: string): Map<string, Measured> {
  const all = new Map<string, Measured>();
  if (!existsSync(folder)) return all;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const record = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { at: string; figures: Figure[] };
    for (const figure of record.figures) all.set(figure.key, { ...figure, at: record.at });
  }
  return all;
}

function row(target: Target, measured: Measured | undefined): string[] {
  const sign = target.better === 'higher' ? '>=' : '<=';
  const bounds = [`${sign} ${formatNumber(target.reach)}`, `${sign} ${formatNumber(target.stretch)}`];
  if (measured === undefined) {
    return [
      target.what,
      '-',
      '',
      target.unit,
      ...bounds,
      target.needsPeers ? 'needs -- --peers' : 'not measured',
      '',
    ];
  }
  const range = measured.rounds === 1 ? '' : `${formatNumber(measured.min)} to ${formatNumber(measured.max)}`;
  return [
    target.what,
    formatNumber(measured.median),
    range,
    target.unit,
    ...bounds,
    verdict(target, measured.median),
    measured.at.slice(0, 16).replace('T', ' '),
  ];
}

if (import.meta.main) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../artifacts/bench');
  const figures = readFigures(folder);
  printTable(
    'the figures',
    ['figure', 'median', 'range', 'unit', 'reach', 'stretch', 'verdict', 'measured'],
    targets.map((target) => row(target, figures.get(target.key))),
  );
}
