import type { Metadata } from '../frames/units.ts';
import type { StatBarQuery } from '../model/query.ts';
import { parseMatchers } from '../promql/filters.ts';
import { type LabelMatcher, selectorsOf } from '../promql/selectors.ts';
import { metricOfSignal, signalExpression } from './signal.ts';
import { viewExpression } from './views.ts';

/** What a query of any kind asks the service for, as PromQL; empty where it is none. */
export function expressionOf(query: StatBarQuery, metadata: Metadata = {}): string {
  const matchers = parseMatchers(query.matchers ?? '');
  switch (query.kind) {
    case 'views':
      return query.view?.trim() ? viewExpression(query.view.trim(), matchers) : '';
    case 'alerts':
      return '';
    case 'anomalies': {
      const signal = query.signal?.trim() ?? '';
      if (query.expr.trim() !== '' || signal === '') return query.expr;
      return signalExpression(signal, matchers, metadata[metricOfSignal(signal)]?.[0]?.type);
    }
    default:
      return query.expr;
  }
}

/** The matchers of each of its selectors, the metric's name among them. */
export function querySelectors(query: StatBarQuery, metadata: Metadata = {}): (readonly LabelMatcher[])[] {
  return selectorsOf(expressionOf(query, metadata)).map(({ metric, matchers }) => {
    const isNamed = matchers.some(({ name }) => name === '__name__');
    if (metric === undefined || isNamed) return matchers;
    return [{ name: '__name__', operator: '=' as const, value: metric }, ...matchers];
  });
}
