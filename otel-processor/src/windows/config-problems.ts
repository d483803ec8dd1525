import { isFault } from '../base/index.ts';
import type { ViewConfig } from './config.ts';
import { parseSampleSelector } from './samples/index.ts';
import { isNumeric, patternsOf, sourceOf } from './view-source.ts';

/** Slices that one window may have, and windows that may be open at once. */
const SLICES_MAX = 4096;

/** What the checks below look at. */
export type ViewShape = Pick<
  ViewConfig,
  'from' | 'of' | 'ratio' | 'window' | 'aggregate' | 'emit_every' | 'backfill'
>;

interface Problem {
  readonly path: string[];
  readonly message: string;
}

/** What the types of single keys cannot say. */
export function viewProblems(view: ViewShape): Problem[] {
  const { window, aggregate, from, of, ratio } = view;
  const problems: Problem[] = [];
  const wrong = (path: string[], message: string): void => {
    problems.push({ path, message });
  };
  const aggregates = Object.values(aggregate).filter((each) => each !== undefined).length;
  if (ratio !== undefined) {
    if (from !== undefined || of !== undefined || aggregates > 0)
      wrong(['ratio'], 'a ratio has neither from nor of nor aggregate');
    return problems;
  }
  if (from === undefined && of === undefined) wrong(['from'], 'expected an event name or a list of them');
  if (from !== undefined && of !== undefined) wrong(['of'], 'a view has either from or of');
  if (aggregates === 0) wrong(['aggregate'], 'expected at least one statistic, for example count: {}');
  problems.push(...windowProblems(view), ...sourceProblems(view), ...retentionProblems(view));
  if (aggregate.funnel !== undefined) {
    if (window.session === undefined)
      wrong(['aggregate', 'funnel'], 'needs window.session, which says who the visitors are');
    if (patternsOf(view).length < 2) wrong(['from'], 'a funnel needs a list of at least two event names');
  }
  const { compare, histogram } = aggregate;
  if (compare !== undefined) {
    if ((compare.of === undefined) === (compare.goal === undefined)) {
      wrong(['aggregate', 'compare'], 'expected either of or goal');
    }
    if (compare.goal !== undefined && window.session === undefined) {
      wrong(['aggregate', 'compare', 'goal'], 'needs window.session, which says who the visitors are');
    }
  }
  if (histogram?.bounds.some((bound, i) => i > 0 && bound <= histogram.bounds[i - 1]) === true) {
    wrong(['aggregate', 'histogram', 'bounds'], 'expected ascending numbers');
  }
  return problems;
}

function retentionProblems({ aggregate, window }: ViewShape): Problem[] {
  const { retention } = aggregate;
  if (retention === undefined) return [];
  const { tumbling, sliding, slide, session } = window;
  const path = ['aggregate', 'retention'];
  if (session !== undefined) return [{ path, message: 'needs a tumbling or sliding window of some periods' }];
  const periods = (tumbling > 0 ? tumbling : sliding) / retention.every;
  if (!Number.isInteger(periods) || periods < 2 || periods > 30) {
    return [{ path: [...path, 'every'], message: 'expected a whole part of the window, from 1/2 to 1/30' }];
  }
  if (slide % retention.every === 0) return [];
  return [{ path: ['window', 'slide'], message: 'expected whole periods of the retention' }];
}

/** What only some kinds of input have. */
function sourceProblems(view: ViewShape): Problem[] {
  const source = sourceOf(view);
  const { aggregate, window } = view;
  const problems: Problem[] = [];
  if (source.kind === 'metric') {
    const selector = parseSampleSelector(source.selector);
    if (isFault(selector)) problems.push({ path: ['from'], message: selector.message });
  } else if (aggregate.increase !== undefined) {
    problems.push({
      path: ['aggregate', 'increase'],
      message: 'needs a metric in from, whose samples it compares',
    });
  }
  if (source.kind === 'view' && view.backfill > 0) {
    problems.push({ path: ['backfill'], message: 'is for views over events and metrics' });
  }
  if (source.kind === 'view' && aggregate.rate !== undefined) {
    problems.push({ path: ['aggregate', 'rate'], message: 'is for events and metrics, not for results' });
  }
  if (isNumeric(source) && window.session !== undefined) {
    problems.push({ path: ['window', 'session'], message: 'needs events, which have visitors' });
  }
  return problems;
}

function windowProblems({ window, emit_every }: ViewShape): Problem[] {
  const { tumbling, sliding, slide, session, lateness } = window;
  const kinds = [tumbling > 0, sliding > 0, session !== undefined].filter((each) => each).length;
  if (kinds !== 1)
    return [{ path: ['window'], message: 'expected exactly one of tumbling, sliding and session' }];
  const problems: Problem[] = [];
  if (sliding > 0 && slide === 0)
    problems.push({ path: ['window', 'slide'], message: 'expected a duration, for example 10s' });
  if (slide > 0 && sliding === 0)
    problems.push({ path: ['window', 'slide'], message: 'belongs to sliding windows' });
  if (slide > sliding)
    problems.push({ path: ['window', 'slide'], message: 'expected at most the length of the window' });
  if (slide > 0 && (sliding + lateness) / slide > SLICES_MAX) {
    problems.push({
      path: ['window', 'slide'],
      message: `expected at least 1/${SLICES_MAX} of length and lateness together`,
    });
  }
  if (slide > 0 && sliding % slide !== 0) {
    problems.push({
      path: ['window', 'slide'],
      message: 'expected a whole part of the length, for example 10s of 1m',
    });
  }
  if (session !== undefined && (session.gap === 0 || session.every === 0)) {
    problems.push({ path: ['window', 'session'], message: 'expected gap and every to be longer than 0' });
  }
  if (emit_every === 0)
    problems.push({ path: ['emit_every'], message: 'expected a duration, for example 250ms' });
  return problems;
}
