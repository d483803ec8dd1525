import type { AnnotationPlan, PanelPlan, StatBarTarget } from './plan.ts';

/** PromQL over the dashboard's range. */
export function range(expr: string, legend?: string): StatBarTarget {
  return { kind: 'promql', expr, mode: 'range', ...(legend === undefined ? {} : { legend }) };
}

/** PromQL at the range's end. */
export function instant(expr: string, legend?: string): StatBarTarget {
  return { ...range(expr, legend), mode: 'instant' };
}

/** Lines over time; what they are filled with shows where they lie. */
export function lines(plan: Omit<PanelPlan, 'type'>): PanelPlan {
  return {
    ...plan,
    type: 'timeseries',
    custom: { fillOpacity: 8, showPoints: 'never', ...plan.custom },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
      ...plan.options,
    },
  };
}

/** One number; a past behind it would make it hard to read. */
export function number(plan: Omit<PanelPlan, 'type'>): PanelPlan {
  return {
    width: 4,
    height: 4,
    ...plan,
    type: 'stat',
    options: {
      reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
      graphMode: 'none',
      colorMode: 'value',
      textMode: 'value',
      ...plan.options,
    },
  };
}

/** Good at or over `good`, grave under `grave`. */
export function goodFrom(good: number, grave: number): NonNullable<PanelPlan['thresholds']> {
  return [
    [null, 'red'],
    [grave, 'orange'],
    [good, 'green'],
  ];
}

/** Worth a look from `warning` on, grave from `grave` on. */
export function badFrom(warning: number, grave: number): NonNullable<PanelPlan['thresholds']> {
  return [
    [null, 'green'],
    [warning, 'orange'],
    [grave, 'red'],
  ];
}

/** What was not as expected, and what people were told of, over every graph. */
export const marks: readonly AnnotationPlan[] = [
  { name: 'Anomalies', colour: 'orange', isOn: true, target: { kind: 'anomalies', signal: '' } },
  { name: 'Alerts', colour: 'red', isOn: true, target: { kind: 'alerts', matchers: '', alertState: 'all' } },
];

/** Which region, device and kind of error lead in failed messages; ranks against those of `compare` before. */
export function whereMessagesFail(chosen: string, compare: string, size: Partial<PanelPlan> = {}): PanelPlan {
  return {
    title: 'Where messages fail',
    description: `Most errors, by region, device type and kind; ranks against ${compare} ago.`,
    type: 'statbar-leaderboard-panel',
    targets: [
      {
        kind: 'leaderboard',
        expr: `sum by (region, device_type, error_type) (rate(chat_errors_total{${chosen}}[2m]))`,
        legend: '{{region}} {{device_type}} {{error_type}}',
        compare,
      },
    ],
    unit: 'eps',
    options: { moreIs: 'bad', showBar: false },
    ...size,
  };
}

/** Every alert there was, one lane for each. */
export function alertTimeline(height: number): PanelPlan {
  return {
    title: 'Alerts',
    description: 'When each alert was pending, firing, acknowledged and silenced.',
    type: 'statbar-alerttimeline-panel',
    targets: [{ kind: 'alerts', matchers: '', alertState: 'all' }],
    width: 24,
    height,
  };
}
