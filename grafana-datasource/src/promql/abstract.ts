import { AbstractLabelOperator, type AbstractQuery } from '@grafana/data';
import { defaultQuery, type StatBarQuery } from '../model/query.ts';
import { matcherText } from './filters.ts';
import type { LabelMatcher, MatcherOperator } from './selectors.ts';

const operators: ReadonlyArray<readonly [MatcherOperator, AbstractLabelOperator]> = [
  ['=', AbstractLabelOperator.Equal],
  ['!=', AbstractLabelOperator.NotEqual],
  ['=~', AbstractLabelOperator.EqualRegEx],
  ['!~', AbstractLabelOperator.NotEqualRegEx],
];

/** The labels that a query is about, for data sources of other kinds: `selectors` are its own, of which the first counts. */
export function toAbstract(refId: string, selectors: ReadonlyArray<readonly LabelMatcher[]>): AbstractQuery {
  const labelMatchers = (selectors[0] ?? []).map(({ name, operator, value }) => ({
    name,
    value,
    operator: operators.find(([own]) => own === operator)?.[1] ?? AbstractLabelOperator.Equal,
  }));
  return { refId, labelMatchers };
}

export function fromAbstract({ refId, labelMatchers }: AbstractQuery): StatBarQuery {
  const metric = labelMatchers.find(
    ({ name, operator }) => name === '__name__' && operator === AbstractLabelOperator.Equal,
  );
  const rest = labelMatchers
    .filter((each) => each !== metric)
    .map(({ name, value, operator }) =>
      matcherText({ name, value, operator: operators.find(([, other]) => other === operator)?.[0] ?? '=' }),
    );
  const braces = rest.length === 0 ? '' : `{${rest.join(', ')}}`;
  return { ...defaultQuery, refId, expr: `${metric?.value ?? ''}${braces}` };
}
