import { AbstractLabelOperator, type AbstractQuery } from '@grafana/data';
import { defaultQuery, type StatBarQuery } from '../model/query.ts';
import { matcherText } from './filters.ts';
import { type MatcherOperator, selectorsOf } from './selectors.ts';

const operators: ReadonlyArray<readonly [MatcherOperator, AbstractLabelOperator]> = [
  ['=', AbstractLabelOperator.Equal],
  ['!=', AbstractLabelOperator.NotEqual],
  ['=~', AbstractLabelOperator.EqualRegEx],
  ['!~', AbstractLabelOperator.NotEqualRegEx],
];

/** The labels that a query is about, for data sources of other kinds: those of its first selector. */
export function toAbstract({ refId, expr }: StatBarQuery): AbstractQuery {
  const [first] = selectorsOf(expr);
  const labelMatchers = (first?.matchers ?? [])
    .filter(({ name }) => name !== '__name__')
    .map(({ name, operator, value }) => ({
      name,
      value,
      operator: operators.find(([own]) => own === operator)?.[1] ?? AbstractLabelOperator.Equal,
    }));
  if (first?.metric !== undefined)
    labelMatchers.unshift({ name: '__name__', value: first.metric, operator: AbstractLabelOperator.Equal });
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
