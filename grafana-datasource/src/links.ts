import type { DataLink } from '@grafana/data';
import type { Labels } from '@statbar/sdk/wire';
import type { LinksOf } from './frames/series-frames.ts';
import { signalOf } from './kinds/signal.ts';
import { QUERY_VERSION, type StatBarQuery } from './model/query.ts';
import { addMatchers, matcherText } from './promql/filters.ts';
import { tokensOf } from './promql/tokens.ts';
import { t } from './texts.ts';

/** Labels of their results need not be labels of what is stored. */
const relabelling = /^(label_replace|label_join|count_values|absent|absent_over_time|info)$/;

/** From a value to what the service knows beside it: Explore opens with the question already asked. */
export function linksFor(
  query: StatBarQuery,
  source: { readonly uid: string; readonly name: string },
): LinksOf {
  if (query.kind !== 'promql' && query.kind !== 'leaderboard') return () => [];
  // No more than is needed: Grafana copies the links of every series, whenever there is new data.
  const to = (
    title: string,
    asked: Pick<StatBarQuery, 'kind' | 'expr'> & Partial<StatBarQuery>,
  ): DataLink => ({
    title,
    url: '',
    internal: {
      query: { refId: query.refId, version: QUERY_VERSION, ...asked },
      datasourceUid: source.uid,
      datasourceName: source.name,
    },
  });
  const legend = query.legend ? { legend: query.legend } : {};
  const isRelabelled = tokensOf(query.expr).some(
    ({ kind, text }) => kind === 'name' && relabelling.test(text),
  );
  return (labels) => {
    const own = isRelabelled ? {} : withoutBounds(labels);
    const watched = signalOf(query.expr, own);
    const narrowed = Object.entries(own).map(([name, value]) => ({ name, operator: '=' as const, value }));
    return [
      ...(watched === undefined
        ? []
        : [
            to(t('links.anomalies'), {
              ...{ kind: 'anomalies', expr: '', signal: watched.signal },
              matchers: watched.matchers.map(matcherText).join(', '),
            }),
          ]),
      to(t('links.forecast'), { kind: 'forecast', expr: addMatchers(query.expr, narrowed), ...legend }),
      to(t('links.alerts'), { kind: 'alerts', expr: '' }),
    ];
  };
}

function withoutBounds(labels: Labels): Labels {
  const { __name__: _name, le: _bound, quantile: _quantile, ...rest } = labels;
  return rest;
}
