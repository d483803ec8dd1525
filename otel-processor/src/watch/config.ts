import { z } from 'zod';
import { countField, durationField } from '../base/index.ts';

/** What tunes a signal, for all of them in `watch` and for a selection in `watches`. */
const direction = z.enum(['above', 'below', 'both']);
const share = z.number().min(0, 'expected at least 0');

/** Looks that the trailing window may have, and that samples may be late: more are not remembered. */
export const WINDOW_LOOKS_MAX = 10;
const LATE_LOOKS_MAX = 3;

const watchFields = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Watch every signal. False: only what `watches` selects is watched.'),
  look: durationField(
    '10s',
    'How often signals are looked at: an anomaly is known so long after it shows, plus `lateness`.',
  ).refine((lookMs) => lookMs >= 100, 'expected at least 100ms'),
  step: durationField(
    '1m',
    'Distance of the values that a detector learns from, and of the series that it yields. A multiple of `look`; between two steps values outside of the band are judged at each look.',
  ),
  step_long: durationField('5m', 'The step of the least active signals when `cpu_share_max` is exceeded.'),
  window: durationField(
    '1m',
    'Rates and quantiles are those of the trailing window of this length. A multiple of `look`, at most 10 of them.',
  ),
  lateness: durationField('5s', 'How long after a look its samples may still arrive; at most 3 looks.'),
  history: durationField('14d', 'How much stored history a signal learns from when it is watched first.'),
  history_written: durationField('1h', 'How much of the past the derived series are written for then.'),
  forget_after: durationField('1h', 'A series without samples for so long is not watched any more.'),
  constant_for: durationField(
    '3d',
    'A signal that never changed is expected to stay so after this time; before it, the first change only begins its history.',
  ),
  young_for: durationField(
    '1d',
    'A signal younger than this raises an episode only at twice the score: how its day goes is not known yet.',
  ),
  relearn_after: durationField(
    '1h',
    'A signal that is anomalous for so long has a new level: what it does now becomes what is expected. One that returns before has taught nothing.',
  ),
  signals_max: countField(
    20_000,
    'Signals watched at once. Over it the series that change most often have priority.',
    1,
  ),
  cpu_share_max: z
    .number()
    .gt(0, 'expected more than 0')
    .max(1, 'expected at most 1')
    .default(0.25)
    .describe(
      'Share of one core that watching may use. Over it the least active signals go to `step_long`, and history is read more slowly.',
    ),
  direction: direction.default('both').describe('Deviations that count: above, below or both.'),
  effect_min: share
    .default(0)
    .describe(
      'An anomaly deviates from the expected value by at least this much, in the unit of the signal.',
    ),
  effect_relative_min: share
    .default(0.1)
    .describe('The same as a share of the expected value: 0.1 is a tenth.'),
  alerts_per_week: z
    .number()
    .gt(0, 'expected more than 0')
    .max(1000, 'expected at most 1000')
    .default(0.2)
    .describe(
      'Sensitivity: how many false alarms a week all signals without an entry in `watches` may raise together.',
    ),
  time_zone: z
    .string()
    .min(1)
    .default('UTC')
    .describe('Days and weeks are those of this zone, for example Europe/Paris.'),
  holidays: z
    .array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day, for example 2026-12-25'))
    .max(1000)
    .default([])
    .describe('Days that are like Sundays.'),
  episodes_max: countField(10_000, 'Episodes kept, the latest.', 1),
  episodes_kept_for: durationField('90d', 'How long an episode is kept.'),
  checkpoint_every: durationField(
    '5m',
    'How often the state of all detectors is written; a start reads so much of the stored samples again.',
  ).refine((periodMs) => periodMs >= 1000, 'expected at least 1s'),
  forecast_horizon: durationField(
    '1h',
    'How far ahead of its own time a sample of `x:forecast` is; 0s: none.',
  ),
  forecast_every: durationField('10m', 'Distance of the samples of `x:forecast`.'),
  forecasts_max: countField(
    200,
    'Signals that have a forecast series: those of `watches` first, then totals.',
  ),
});

/** Section `watch` of the configuration: the defaults of every watched signal, and what watching may cost. */
export const watchConfigSchema = watchFields.superRefine(({ look, step, window, lateness }, context) => {
  const wrong = (key: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  if (step < look || step % look !== 0) wrong('step', 'expected a multiple of watch.look');
  if (window < look || window % look !== 0 || window > WINDOW_LOOKS_MAX * look)
    wrong('window', `expected a multiple of watch.look, at most ${WINDOW_LOOKS_MAX} of them`);
  if (lateness > LATE_LOOKS_MAX * look) wrong('lateness', `expected at most ${LATE_LOOKS_MAX} looks`);
});

export type WatchConfig = z.output<typeof watchConfigSchema>;

/** One entry of `watches`. What it does not say is as in `watch`. */
export const watchEntrySchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected a metric name: letters, digits, _ and :')
      .optional()
      .describe('Name of the signal; its series are NAME:expected and so on. Needed with `expression`.'),
    expression: z.string().min(1).optional().describe('PromQL; each series of the result is a signal.'),
    metric: z
      .string()
      .min(1)
      .optional()
      .describe('Instead of `expression`: the metrics to tune, where * stands for any text.'),
    ignore: z.boolean().default(false).describe('Do not watch these metrics.'),
    step: durationField('0s', 'Step; 0s: as in `watch`.'),
    method: z
      .enum(['adaptive', 'median', 'forest'])
      .default('adaptive')
      .describe(
        'Way to detect. adaptive: by level, seasons and forecast; median: by distance from the median, for signals without seasons; forest: the series of the expression that share the labels in `by` are judged together.',
      ),
    by: z
      .array(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected the name of a label'))
      .max(10)
      .optional()
      .describe(
        'With `method: forest`: labels of a group. Its series are its members (at most 32); none: all series are one group.',
      ),
    direction: direction.optional().describe('Deviations that count.'),
    effect_min: share.optional().describe('Least deviation, in the unit of the signal.'),
    effect_relative_min: share.optional().describe('Least deviation as a share of the expected value.'),
    min: z.number().optional().describe('The least value that can be.'),
    max: z.number().optional().describe('The largest value that can be.'),
    seasons: z
      .array(durationField('0s', 'Length of a season.').refine((ms) => ms >= 60_000, 'expected at least 1m'))
      .max(5)
      .default([])
      .describe('Seasons known beforehand; days and weeks are always tried.'),
    time_zone: z.string().min(1).optional().describe('Time zone of its days.'),
    holidays: z.array(z.string()).max(1000).optional().describe('Days that are like Sundays.'),
    alerts_per_week: z
      .number()
      .gt(0, 'expected more than 0')
      .max(1000, 'expected at most 1000')
      .optional()
      .describe('Sensitivity: how many false alarms a week each of these signals may raise.'),
    series_max: countField(100, 'Series of the expression that are watched, at most.', 1),
  })
  .superRefine((entry, context) => {
    const wrong = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((entry.expression === undefined) === (entry.metric === undefined))
      wrong('expression', 'expected either expression or metric');
    if (entry.expression !== undefined && entry.name === undefined)
      wrong('name', 'expected a name for the expression');
    if (entry.method === 'forest' && entry.expression === undefined)
      wrong('method', 'expected an expression: forest judges the series of one together');
    if (entry.by !== undefined && entry.method !== 'forest')
      wrong('by', 'expected method: forest, which judges groups');
    if (entry.min !== undefined && entry.max !== undefined && entry.min > entry.max)
      wrong('min', 'expected at most max');
  });

export type WatchEntry = z.output<typeof watchEntrySchema>;

/** Section `watches` of the configuration. */
export const watchesConfigSchema = z
  .array(watchEntrySchema)
  .max(1000, 'expected at most 1000 watches')
  .superRefine((entries, context) => {
    entries.forEach(({ name }, i) => {
      if (name === undefined || entries.findIndex((other) => other.name === name) === i) return;
      context.addIssue({ code: 'custom', path: [i, 'name'], message: `there is already a watch ${name}` });
    });
  })
  .describe('Signals to name and tune; everything else is watched as `watch` says.');
