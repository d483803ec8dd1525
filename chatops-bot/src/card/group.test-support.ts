import type { AlertGroup, AlertMember } from '@statbar/sdk/wire';
import fc from 'fast-check';

/** A group as one would be: one alert, firing, with a chart. */
export function exampleGroup(change: Partial<AlertGroup> = {}): AlertGroup {
  return {
    id: '0a1b2c3d-7',
    key: 'team/{alertname="HighErrors"}',
    version: 3,
    revision: 5,
    state: 'firing',
    title: 'Errors of checkout over 3 %',
    summary: 'Every twentieth order fails.',
    severity: 'critical',
    owner: 'shop',
    runbookUrl: 'https://runbooks.example/errors',
    links: [{ title: 'Dashboard', url: 'https://grafana.example/d/shop' }],
    receiver: 'shop',
    groupLabels: { alertname: 'HighErrors' },
    commonLabels: { alertname: 'HighErrors', service: 'checkout', region: 'eu' },
    commonAnnotations: {},
    createdAtMs: 1_790_000_000_000,
    firedAtMs: 1_790_000_000_000,
    resolvedAtMs: null,
    updatedAtMs: 1_790_000_060_000,
    members: [exampleMember()],
    counts: { total: 1, firing: 1, resolved: 0, silenced: 0, inhibited: 0 },
    mutedBy: [],
    acknowledgement: null,
    assignee: null,
    silences: [],
    escalation: null,
    onCall: [],
    story: [],
    chart: {
      expression: 'errors:ratio',
      threshold: 0.03,
      direction: 'above',
      expected: null,
      lower: null,
      upper: null,
      firingFromMs: 1_790_000_000_000,
      firingToMs: null,
      unit: 'ratio',
      series: [],
    },
    remediations: [],
    url: 'https://statbar.example/alerts/0a1b2c3d-7',
    ...change,
  };
}

export function exampleMember(change: Partial<AlertMember> = {}): AlertMember {
  return {
    fingerprint: 'f1',
    labels: { alertname: 'HighErrors', service: 'checkout', region: 'eu' },
    annotations: {},
    state: 'firing',
    value: 0.051,
    startsAtMs: 1_790_000_000_000,
    endsAtMs: null,
    generatorUrl: '',
    silencedBy: [],
    inhibitedBy: [],
    flapping: false,
    ...change,
  };
}

/** Texts as they come from outside: empty, long, of any script, with every platform's markup and broken surrogates. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\n\n',
    '🚨'.repeat(5000),
    'x'.repeat(10_000),
    '<!channel> <@U123> <https://evil.example|ok>',
    '*_~`&<>|',
    '\ud800',
    '\u0000\u0007',
    '👩‍👩‍👧‍👦'.repeat(300),
  ),
);
const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 4_000_000_000_000 }),
  fc.constantFrom(0, -1, 8.64e15, 1.5),
);
const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 1e300, -1e-300),
);
const anyLabels = fc.oneof(
  { weight: 10, arbitrary: fc.dictionary(anyText, anyText, { maxKeys: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constant(
      Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`label_${i}`, `value_${i}`])),
    ),
  },
);
const anyUrl = fc.oneof(
  fc.webUrl(),
  anyText,
  fc.constantFrom('', 'javascript:alert(1)', `https://x.example/${'y'.repeat(5000)}`),
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const list = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 6): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength });
const actor = fc.record({
  name: anyText,
  user: orNull(anyText),
  via: fc.constantFrom('slack', 'teams', 'api', 'pagerduty') as fc.Arbitrary<'slack'>,
});

const anyMember: fc.Arbitrary<AlertMember> = fc.record({
  fingerprint: anyText,
  labels: anyLabels,
  annotations: anyLabels,
  state: fc.constantFrom('firing' as const, 'resolved' as const),
  value: orNull(anyNumber),
  startsAtMs: anyTime,
  endsAtMs: orNull(anyTime),
  generatorUrl: anyUrl,
  silencedBy: list(anyText, 2),
  inhibitedBy: list(anyText, 2),
  flapping: fc.boolean(),
});

export const anyMembers: fc.Arbitrary<AlertMember[]> = fc.oneof(
  { weight: 5, arbitrary: list(anyMember, 4) },
  { weight: 1, arbitrary: anyMember.map((member) => Array.from({ length: 500 }, () => member)) },
);

/** Any group that the wire could carry, with 500 alerts and 10,000 labels among them. */
export const anyGroup: fc.Arbitrary<AlertGroup> = fc.record({
  id: fc.stringMatching(/^[a-f0-9]{8,16}-[0-9]{1,9}$/),
  key: anyText,
  version: fc.nat(),
  revision: fc.nat(),
  state: fc.constantFrom('waiting' as const, 'firing' as const, 'resolved' as const),
  title: anyText,
  summary: anyText,
  severity: fc.constantFrom('critical' as const, 'error' as const, 'warning' as const, 'info' as const),
  owner: orNull(anyText),
  runbookUrl: orNull(anyUrl),
  links: list(fc.record({ title: anyText, url: anyUrl })),
  receiver: anyText,
  groupLabels: anyLabels,
  commonLabels: anyLabels,
  commonAnnotations: anyLabels,
  createdAtMs: anyTime,
  firedAtMs: orNull(anyTime),
  resolvedAtMs: orNull(anyTime),
  updatedAtMs: anyTime,
  members: anyMembers,
  counts: fc.record({
    total: fc.nat(600),
    firing: fc.nat(600),
    resolved: fc.nat(600),
    silenced: fc.nat(600),
    inhibited: fc.nat(600),
  }),
  mutedBy: list(anyText),
  acknowledgement: orNull(fc.record({ by: actor, atMs: anyTime, note: anyText, untilMs: orNull(anyTime) })),
  assignee: orNull(anyText),
  silences: list(
    fc.record({ id: anyText, createdBy: anyText, comment: anyText, startsAtMs: anyTime, endsAtMs: anyTime }),
  ),
  escalation: orNull(
    fc.record({
      chain: anyText,
      stepsDone: fc.nat(9),
      stepCount: fc.nat(9),
      nextAtMs: orNull(anyTime),
      state: fc.constantFrom('running' as const, 'acknowledged' as const, 'done' as const),
      paged: list(anyText),
    }),
  ),
  onCall: list(anyText),
  story: list(
    fc.record({
      sequence: fc.nat(),
      atMs: anyTime,
      kind: fc.constant('note' as const),
      by: orNull(actor),
      text: anyText,
    }),
    40,
  ),
  chart: orNull(
    fc.record({
      expression: anyText,
      threshold: orNull(anyNumber),
      direction: orNull(fc.constantFrom('above' as const, 'below' as const)),
      expected: orNull(anyText),
      lower: orNull(anyText),
      upper: orNull(anyText),
      firingFromMs: anyTime,
      firingToMs: orNull(anyTime),
      unit: orNull(fc.oneof(anyText, fc.constantFrom('ratio', 's', 'By', '%'))),
      series: list(anyLabels, 2),
    }),
  ),
  remediations: list(
    fc.record({
      name: anyText,
      title: anyText,
      state: fc.constantFrom(
        'offered' as const,
        'awaiting_approval' as const,
        'running' as const,
        'failed' as const,
      ),
      outcome: anyText,
    }),
  ),
  url: anyUrl,
});
