import { z } from 'zod';
import { countField, durationField, sizeField } from '../base/index.ts';
import { aggregateSchema, windowSchema } from './aggregate-config.ts';
import { viewProblems } from './config-problems.ts';
import { gives } from './view-source.ts';

const eventNames = z.array(z.string().min(1)).min(1).max(50);

const viewFields = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected a metric name: letters, digits, _ and :')
    .describe('Name of the series that the results go to; further aggregates of one view add `:AGGREGATE`.'),
  from: z
    .union(
      [
        z.string().min(1),
        eventNames,
        z.strictObject({ event: z.union([z.string().min(1), eventNames]) }),
        z.strictObject({ metric: z.string().min(1) }),
      ],
      'expected an event name or a list of them, or metric: a name or selector',
    )
    .optional()
    .describe(
      'Event names, where * stands for any text; or a metric: `{ metric: NAME }`, a selector with braces, or its name when a statistic is `increase` or `of: value`.',
    ),
  of: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Instead of `from`: the name of an earlier view, whose final results are the input; `VIEW:STATISTIC` where it has several.',
    ),
  ratio: z
    .tuple([z.string(), z.string()], 'expected the names of two views')
    .optional()
    .describe('Instead of `from` and `aggregate`: the first view divided by the second, key by key.'),
  where: z
    .record(z.string(), z.string())
    .default({})
    .describe('Attributes that an event must have, with these values.'),
  by: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .describe('Attributes whose values make the keys: one series for each combination.'),
  window: windowSchema.prefault({}).describe('Which events belong together in time.'),
  aggregate: aggregateSchema.prefault({}).describe('What is computed, one entry per statistic.'),
  guarantee: z
    .enum(['fast', 'complete'])
    .default('fast')
    .describe(
      '`fast`: early results, corrected when late events come. `complete`: one result, when nothing can change it.',
    ),
  emit_every: durationField('250ms', 'How often early results and corrections are sent.'),
  out_of_orderness: durationField(
    '1s',
    'How much later than a younger event of its source an event is expected, at most.',
  ),
  idle_after: durationField('10s', 'A source without events for so long is not waited for.'),
  backfill: durationField(
    '0s',
    'How far back a new or changed view is computed over what is stored: samples, and events as long as `events.history` keeps them.',
  ),
  keys_max: countField(100_000, 'Keys (and open sessions) at once; further ones are counted together.', 1),
  size_max: sizeField('256MiB', 'State of the view above which no further keys are taken.'),
});

/** One entry of `views`. */
export const viewConfigSchema = viewFields.superRefine((view, context) => {
  for (const { path, message } of viewProblems(view)) context.addIssue({ code: 'custom', path, message });
});

export type ViewConfig = z.output<typeof viewFields>;

/** Section `views` of the configuration. */
export const viewsConfigSchema = z
  .array(viewConfigSchema)
  .max(1000, 'expected at most 1000 views')
  .superRefine((views, context) => {
    views.forEach((view, i) => {
      const earlier = views.findIndex(({ name }) => name === view.name);
      if (earlier < i)
        context.addIssue({
          code: 'custom',
          path: [i, 'name'],
          message: `there is already a view ${view.name}`,
        });
      if (
        view.of !== undefined &&
        !views.slice(0, i).some((other) => other.ratio === undefined && gives(other, view.of))
      ) {
        context.addIssue({
          code: 'custom',
          path: [i, 'of'],
          message: `there is no view (other than a ratio) before this one with the series ${view.of}`,
        });
      }
      for (const name of view.ratio ?? []) {
        if (views.some((other) => other.name === name && other.ratio === undefined)) continue;
        context.addIssue({
          code: 'custom',
          path: [i, 'ratio'],
          message: `there is no view ${name} to divide`,
        });
      }
    });
  })
  .describe('Continuous results over streams of events and samples.');
