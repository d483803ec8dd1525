import { z } from 'zod';
import { countField, durationField, isFault, parseDuration } from '../base/index.ts';
import { readTimeInterval } from './calendar/time-interval.ts';
import { isTimeZone, parseClock, parseDay } from './calendar/zone.ts';
import { parseMatcherTexts } from './matchers.ts';

const nameField = (description: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/, 'expected letters, digits, dots, _, @ and -')
    .describe(description);

/** A duration that has no value of its own when it is left out. */
export const optionalDuration = (description: string) =>
  z
    .string('expected a duration, for example 30s or 1h30m')
    .transform((text, context) => {
      const durationMs = parseDuration(text);
      if (!isFault(durationMs)) return durationMs;
      context.addIssue({ code: 'custom', message: 'expected a duration, for example 30s or 1h30m' });
      return z.NEVER;
    })
    .optional()
    .describe(description);

export const zoneField = (description: string) =>
  z
    .string()
    .refine(isTimeZone, 'expected the name of a time zone, for example Europe/Berlin')
    .default('UTC')
    .describe(description);

/** Matchers as texts; checked here, compiled where they are used. */
export const matchersField = (description: string) =>
  z
    .array(z.string())
    .max(100)
    .superRefine((texts, context) => {
      texts.forEach((text, i) => {
        const matchers = parseMatcherTexts([text]);
        if (isFault(matchers)) context.addIssue({ code: 'custom', path: [i], message: matchers.message });
      });
    })
    .default([])
    .describe(description);

const timeIntervalSchema = z
  .strictObject({
    times: z
      .array(
        z.strictObject({
          start_time: z.string().describe('Local time, `22:00`.'),
          end_time: z
            .string()
            .describe('Local time, exclusive; when it is not after the start, it is on the next day.'),
        }),
      )
      .default([])
      .describe('Times of day; empty: all day.'),
    weekdays: z.array(z.string()).default([]).describe('`saturday`, or a range `monday:friday`; empty: any.'),
    days_of_month: z
      .array(z.string())
      .default([])
      .describe('`1:5`, or `-1` for the last day of the month; empty: any.'),
    months: z.array(z.string()).default([]).describe('`december`, `1:3`; empty: any.'),
    years: z.array(z.string()).default([]).describe('`2026`, `2026:2027`; empty: any.'),
    location: zoneField('Time zone of all of this.'),
  })
  .superRefine((interval, context) => {
    const read = readTimeInterval(interval);
    if (typeof read === 'string') context.addIssue({ code: 'custom', message: read });
  });

export const muteTimingSchema = z.strictObject({
  name: nameField('What routes and escalations call it.'),
  time_intervals: z
    .array(timeIntervalSchema)
    .min(1)
    .describe('It holds when any of these does (the fields of Alertmanager, and ranges past midnight).'),
});

export const userSchema = z.strictObject({
  name: nameField('What schedules, escalations and cards call the person.'),
  email: z.string().optional().describe('For e-mail, and to find the person in Slack and Teams.'),
  slack: z.string().optional().describe('Slack member id, where the e-mail address does not lead to it.'),
  teams: z.string().optional().describe('Teams (Entra object) id, where the e-mail address does not.'),
  phone: z.string().optional().describe('Handed to receivers with a page.'),
});

const day = z
  .string()
  .refine((text) => parseDay(text) !== undefined, 'expected a day, for example 2026-01-05');
const clock = z
  .string()
  .refine((text) => parseClock(text) !== undefined, 'expected a time, for example 09:00');
const moment = z
  .string()
  .refine(
    (text) => !Number.isNaN(Date.parse(text)),
    'expected a time, for example 2026-12-24T18:00:00+01:00',
  );

/** Days and hours of the calendar, at least an hour. */
const turn = z
  .string()
  .refine((text) => {
    const durationMs = parseDuration(text);
    return !isFault(durationMs) && durationMs >= 3_600_000 && durationMs % 60_000 === 0;
  }, 'expected at least 1h, for example 1d, 12h or 1w')
  .default('1w')
  .describe('Length of a turn in local time: `1d` changes at the same hour all year.');

export const scheduleSchema = z.strictObject({
  name: nameField('What escalations call it.'),
  time_zone: zoneField('Time zone of days and handovers.'),
  layers: z
    .array(
      z.strictObject({
        users: z.array(z.string()).min(1).describe('Who takes turns, in order.'),
        turn,
        start: day.describe('Day on which the first user begins.'),
        handover: clock.default('09:00').describe('Local time at which turns change.'),
        during: z
          .array(z.string())
          .default([])
          .describe('Names of mute timings in which the layer counts; empty: always.'),
      }),
    )
    .min(1)
    .describe('Rotations; later ones go over earlier ones.'),
  overrides: z
    .array(
      z.strictObject({
        users: z.array(z.string()).min(1).describe('Who is on call instead.'),
        from: moment.describe('Beginning, with its zone.'),
        to: moment.describe('End, exclusive.'),
      }),
    )
    .default([])
    .describe('Exceptions; they win over all layers, later ones over earlier ones.'),
});

export const escalationSchema = z.strictObject({
  name: nameField('What routes call it.'),
  steps: z
    .array(
      z.strictObject({
        wait: durationField('0s', 'Time since the step before, or for the first since the group fired.'),
        users: z.array(z.string()).default([]).describe('People to page.'),
        schedules: z.array(z.string()).default([]).describe('Page who is on call in these.'),
        receivers: z
          .array(z.string())
          .default([])
          .describe('Receivers that are told of the page; none: those of the group.'),
        only_during: z
          .array(z.string())
          .default([])
          .describe('Names of mute timings; outside of them the step is left out. Empty: always.'),
      }),
    )
    .min(1)
    .max(50)
    .describe('One after the other, until somebody acknowledges or the group resolves.'),
  repeat: countField(0, 'How often all steps are gone through again.'),
});

export const inhibitRuleSchema = z.strictObject({
  source_matchers: matchersField('While an alert with these labels fires ...'),
  target_matchers: matchersField('... alerts with these are not told ...'),
  equal: z.array(z.string()).default([]).describe('... if these labels are the same on both.'),
});
