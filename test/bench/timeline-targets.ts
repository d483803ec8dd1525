import type { Target } from './target.ts';

/** Measured by `grafana-timeline.bench.ts`. */
export const timelineTargets: readonly Target[] = [
  {
    what: 'alert timeline, 2 k lanes, 50 k intervals: scroll frame',
    key: 'grafana-timeline/scroll-frame',
    unit: 'ms',
    reach: 16,
    stretch: 8,
    better: 'lower',
  },
];
