import type { AlertGroup, AlertMember } from '@statbar/sdk/wire';
import fc from 'fast-check';
import type { Notification, NotificationEvent } from '../types.ts';

/** Texts that people and programs put into alerts: empty, long, of many scripts, with markup and line breaks. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', ' ', '\n', '<b>&"', '🔥🔥', 'Größe', '日本', 'a\r\nBcc: x@y.test'),
  },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 20_000 }).map((count) => 'x🔥'.repeat(count)) },
);

const anyUrl = fc.oneof(
  fc.constantFrom('', 'https://runbooks.test/a', 'javascript:alert(1)', 'not a url'),
  fc.integer({ min: 100, max: 4000 }).map((count) => `https://x.test/${'a'.repeat(count)}`),
);

const anyLabels = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(anyText, anyText, { maxKeys: 5 }) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 10, max: 10_000 })
      .map((count) =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`label_${i}`, `value of label ${i}`])),
      ),
  },
);

const atMs = fc.integer({ min: 1, max: Date.UTC(2100, 0) });

const anyMember: fc.Arbitrary<AlertMember> = fc.record({
  fingerprint: fc.string(),
  labels: anyLabels,
  annotations: anyLabels,
  state: fc.constantFrom('firing' as const, 'resolved' as const),
  value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  startsAtMs: atMs,
  endsAtMs: fc.option(atMs),
  generatorUrl: anyUrl,
  silencedBy: fc.array(fc.string(), { maxLength: 2 }),
  inhibitedBy: fc.array(fc.string(), { maxLength: 2 }),
  flapping: fc.boolean(),
});

const anyActor = fc.record({
  name: anyText,
  user: fc.option(anyText),
  via: fc.constantFrom('slack' as const, 'pagerduty' as const, 'opsgenie' as const, 'jsm' as const),
});

/** Any group, sometimes of 500 alerts. */
export const anyGroup: fc.Arbitrary<AlertGroup> = fc
  .tuple(
    fc.record({
      title: anyText,
      summary: anyText,
      severity: fc.constantFrom('critical' as const, 'error' as const, 'warning' as const, 'info' as const),
      owner: fc.option(anyText),
      runbookUrl: fc.option(anyUrl),
      links: fc.array(fc.record({ title: anyText, url: anyUrl }), { maxLength: 30 }),
      groupLabels: anyLabels,
      commonLabels: anyLabels,
      commonAnnotations: anyLabels,
      key: anyText,
      url: anyUrl,
      firedAtMs: fc.option(atMs),
      resolvedAtMs: fc.option(atMs),
      onCall: fc.array(anyText, { maxLength: 3 }),
      acknowledgement: fc.option(
        fc.record({ by: anyActor, atMs, note: anyText, untilMs: fc.constant(null) }),
      ),
    }),
    fc.array(anyMember, { maxLength: 4 }),
    fc.constantFrom(1, 1, 1, 1, 150),
  )
  .map(([parts, few, times]) => {
    const members = Array.from({ length: times }, () => few).flat();
    const firing = members.filter(({ state }) => state === 'firing').length;
    return {
      ...parts,
      id: '0123456789ab-1',
      version: 2,
      revision: 3,
      state: 'firing',
      receiver: 'ops',
      createdAtMs: 1,
      updatedAtMs: 1,
      members,
      counts: { total: members.length, firing, resolved: members.length - firing, silenced: 0, inhibited: 0 },
      mutedBy: [],
      assignee: null,
      silences: [],
      escalation: null,
      story: [],
      chart: null,
      remediations: [],
    };
  });

export const anyNotification: fc.Arbitrary<Notification> = fc
  .record({
    group: anyGroup,
    event: fc.constantFrom<NotificationEvent[]>(
      'fired',
      'changed',
      'repeated',
      'acknowledged',
      'unacknowledged',
      'resolved',
      'paged',
    ),
    pageText: anyText,
  })
  .map(({ group, event, pageText }) => ({
    deliveryId: `${group.id}/ops/card`,
    idempotencyKey: `${group.id}/ops/card:${event}`,
    dedupKey: group.id,
    event,
    group,
    page:
      event === 'paged'
        ? {
            step: 1,
            users: [
              { name: 'a', email: 'a@example.com', slack: undefined, teams: undefined, phone: undefined },
            ],
            text: pageText,
          }
        : undefined,
    toldBefore: false,
    unsure: false,
    remoteRef: undefined,
    nowMs: Date.UTC(2026, 0, 5),
  }));
