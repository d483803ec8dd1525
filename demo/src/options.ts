import { parseArgs } from 'node:util';

export interface Options {
  readonly url: string;
  readonly seed: number;
  readonly speed: number;
  readonly backfillMs: number;
  readonly stepMs: number;
  readonly incidentAfterMs: number;
  readonly incidentForMs: number;
  /** How long before the start the history has an incident of its own; undefined: it has none. */
  readonly pastIncidentMs: number | undefined;
  readonly durationMs: number | undefined;
  /** Since midnight, UTC. */
  readonly timeOfDayMs: number | undefined;
  readonly token: string | undefined;
}

export const help = `npm run demo -- [OPTIONS]

The launch of an in-app chat feature, sent to StatBar by the OpenTelemetry SDK: messages by region and device,
delivery times, errors, connections, CPU and memory of eight instances of the chat service, shop sessions and
conversions by the variant of an experiment. Some minutes in, deliveries to Android phones in eu-west begin to fail,
until a roll-back. The views and alerts of it are in demo/statbar.yaml.

  --url URL              StatBar's HTTP address; it is started if none runs there  (http://127.0.0.1:4318)
  --backfill DURATION    first load this much history, for example 14d             (none)
  --step DURATION        distance of samples in the history, but its last hour    (1m)
                         has as many as live data
  --speed N              let the time of day and the incident run N times faster   (1)
  --time-of-day HH:MM    what time of day (UTC) it is when the demo starts         (as it is)
  --seed N               the same seed gives the same demo                         (1)
  --incident-after D     when errors begin, in demo time, from when it is live     (4m)
  --incident-for D       how long they last                                        (6m)
  --past-incident D      also an incident in the history, so long before the start (none)
  --for DURATION         stop after this long; 0s: after the history               (until Ctrl-C)
  --token TOKEN          bearer token with the scopes write and read               (none)
  --help                 this text
`;

/** The options, or a sentence that says what is wrong with the arguments, or `help`. */
export function parseOptions(args: readonly string[]): Options | 'help' | { readonly problem: string } {
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:4318' },
        backfill: { type: 'string', default: '0s' },
        step: { type: 'string', default: '1m' },
        speed: { type: 'string', default: '1' },
        'time-of-day': { type: 'string' },
        seed: { type: 'string', default: '1' },
        'incident-after': { type: 'string', default: '4m' },
        'incident-for': { type: 'string', default: '6m' },
        'past-incident': { type: 'string' },
        for: { type: 'string' },
        token: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values['help'] === true) return 'help';
  const problems: string[] = [];
  const duration = (name: string): number => {
    const found = durationMs(String(values[name]));
    if (found === undefined)
      problems.push(`--${name}: not a duration: ${values[name]} (for example 30s, 5m, 14d)`);
    return found ?? 0;
  };
  const number = (name: string, low: number): number => {
    const found = Number(values[name]);
    if (!Number.isFinite(found) || found < low)
      problems.push(`--${name}: not a number of at least ${low}: ${values[name]}`);
    return found;
  };
  const timeOfDay = (text: string | boolean | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(String(text)) ?? [];
    if (minutes === undefined) problems.push(`--time-of-day: not a time: ${text} (for example 20:00)`);
    return Number(hours) * 3_600_000 + Number(minutes) * 60_000;
  };
  const url = String(values['url']).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+$/.test(url))
    problems.push(`--url: not an address like http://127.0.0.1:4318: ${url}`);
  const options: Options = {
    url,
    seed: number('seed', 0),
    speed: number('speed', 0.01),
    backfillMs: duration('backfill'),
    stepMs: duration('step'),
    incidentAfterMs: duration('incident-after'),
    incidentForMs: duration('incident-for'),
    pastIncidentMs: values['past-incident'] === undefined ? undefined : duration('past-incident'),
    durationMs: values['for'] === undefined ? undefined : duration('for'),
    timeOfDayMs: timeOfDay(values['time-of-day']),
    token: values['token'] === undefined ? undefined : String(values['token']),
  };
  if (options.stepMs < 1000) problems.push('--step: at least 1s');
  return problems.length > 0 ? { problem: problems.join('\n') } : options;
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `1h30m`, `14d`, `0s`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+(ms|[smhdw]))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g))
    totalMs += Number(digits) * unitMs[unit];
  return totalMs;
}
