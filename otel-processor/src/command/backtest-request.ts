import { basename } from 'node:path';
import { type Fault, formatDuration, isFault, parseDuration, permanent } from '../base/index.ts';
import { defaultProfile } from '../detect/index.ts';
import { parseTimeText } from './time-text.ts';

export const backtestOptions = {
  expr: { type: 'string' },
  in: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  step: { type: 'string' },
  history: { type: 'string' },
  horizon: { type: 'string' },
  sensitivity: { type: 'string' },
  direction: { type: 'string' },
  'time-zone': { type: 'string' },
  url: { type: 'string' },
  'token-file': { type: 'string' },
  out: { type: 'string' },
  picture: { type: 'string' },
} as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

type Source =
  | {
      readonly kind: 'stored';
      readonly url: string;
      readonly expression: string;
      readonly historyFromMs: number;
      readonly fromMs: number;
      readonly toMs: number;
      readonly stepMs: number;
    }
  | { readonly kind: 'file'; readonly path: string; readonly fromMs?: number; readonly toMs?: number };

export interface BacktestRequest {
  readonly source: Source;
  readonly title: string;
  readonly horizonMs: number;
  readonly alertsPerWeek: number;
  readonly direction: 'above' | 'below' | 'both';
  readonly timeZone: string;
  readonly outPath?: string;
  readonly picture: 'detection' | 'forecast';
}

/** Steps of one backtest, at most: columns of them are held in memory. */
const STEPS_MAX = 500_000;
const directions = ['above', 'below', 'both'] as const;
const pictures = ['detection', 'forecast'] as const;

/** The command line, checked; a fault says which option is wrong. */
export function backtestRequest(values: Values): BacktestRequest | Fault {
  const source = sourceOf(values);
  if (isFault(source)) return source;
  const horizonMs = durationOf(values, 'horizon', '6h');
  if (isFault(horizonMs)) return horizonMs;
  const alertsPerWeek = Number(values['sensitivity'] ?? defaultProfile.alertsPerWeek);
  if (!(alertsPerWeek > 0)) {
    return permanent('invalid', '--sensitivity: expected alerts a week, a number over 0');
  }
  const direction = choiceOf(values, 'direction', directions, 'both');
  if (isFault(direction)) return direction;
  const picture = choiceOf(values, 'picture', pictures, 'detection');
  if (isFault(picture)) return picture;
  const timeZone = String(values['time-zone'] ?? 'UTC');
  if (!isTimeZone(timeZone)) {
    return permanent(
      'invalid',
      `--time-zone: there is no ${JSON.stringify(timeZone)} (expected for example Europe/Paris)`,
    );
  }
  const outPath = values['out'];
  if (outPath !== undefined && !/\.(html|svg)$/.test(String(outPath))) {
    return permanent('invalid', '--out: expected a name that ends in .html or .svg');
  }
  const title = source.kind === 'stored' ? source.expression : basename(source.path);
  const request = { source, title, horizonMs, alertsPerWeek, direction, timeZone, picture };
  return outPath === undefined ? request : { ...request, outPath: String(outPath) };
}

function sourceOf(values: Values): Source | Fault {
  const fromMs = timeOf(values, 'from');
  if (isFault(fromMs)) return fromMs;
  const toMs = timeOf(values, 'to');
  if (isFault(toMs)) return toMs;
  const { expr, in: path } = values;
  if ((expr === undefined) === (path === undefined)) {
    return permanent('invalid', 'expected --expr EXPR or --in FILE');
  }
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    return permanent('invalid', '--from is not before --to');
  }
  if (path !== undefined) {
    const bounds = { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
    return { kind: 'file', path: String(path), ...bounds };
  }
  if (fromMs === undefined || toMs === undefined) return permanent('invalid', '--expr needs --from and --to');
  const stepMs = durationOf(values, 'step', '1m');
  if (isFault(stepMs)) return stepMs;
  const historyMs = durationOf(values, 'history', '2w', true);
  if (isFault(historyMs)) return historyMs;
  const steps = (toMs - fromMs + historyMs) / stepMs;
  if (steps > STEPS_MAX) {
    return permanent(
      'invalid',
      `--step: ${formatDuration(stepMs)} makes ${Math.round(steps)} steps; at most ${STEPS_MAX} can be tested`,
    );
  }
  const url = String(values['url'] ?? 'http://127.0.0.1:4318');
  return {
    kind: 'stored',
    url,
    expression: String(expr),
    historyFromMs: fromMs - historyMs,
    fromMs,
    toMs,
    stepMs,
  };
}

function timeOf(values: Values, name: string): number | undefined | Fault {
  const text = values[name];
  if (text === undefined) return undefined;
  const timeMs = parseTimeText(String(text));
  return timeMs ?? permanent('invalid', `--${name}: not a time: ${JSON.stringify(text)}`);
}

function durationOf(values: Values, name: string, defaultText: string, canBeZero = false): number | Fault {
  const text = String(values[name] ?? defaultText);
  const durationMs = parseDuration(text);
  if (isFault(durationMs)) return permanent('invalid', `--${name}: ${durationMs.message}`);
  if (durationMs === 0 && !canBeZero) return permanent('invalid', `--${name}: expected more than 0`);
  return durationMs;
}

function choiceOf<Choice extends string>(
  values: Values,
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice | Fault {
  const text = values[name];
  if (text === undefined) return otherwise;
  const choice = choices.find((each) => each === text);
  return choice ?? permanent('invalid', `--${name}: expected ${choices.join(', ')}`);
}

/** Whether there is an IANA time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
