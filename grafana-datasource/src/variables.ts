import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { from, type Observable } from 'rxjs';
import type { StatBarDataSource } from './datasource.ts';
import { VariableEditor } from './editor/VariableEditor.tsx';
import { columnsOf } from './frames/columns.ts';
import { seriesName } from './frames/names.ts';
import type { StatBarQuery, StatBarVariableQuery } from './model/query.ts';

/** Where a long list is narrowed by what the viewer types. */
const SEARCH = '__searchFilter';

export class StatBarVariables extends CustomVariableSupport<
  StatBarDataSource,
  StatBarVariableQuery,
  StatBarQuery
> {
  readonly editor = VariableEditor as never;
  readonly #source: StatBarDataSource;

  constructor(source: StatBarDataSource) {
    super();
    this.#source = source;
  }

  override getDefaultQuery(): Partial<StatBarQuery> {
    return { refId: 'variable', kind: 'label_values' } as unknown as Partial<StatBarQuery>;
  }

  override query(request: DataQueryRequest<StatBarVariableQuery>): Observable<DataQueryResponse> {
    const [target] = request.targets;
    return from(
      (target === undefined ? Promise.resolve([]) : this.#values(target, request)).then((data) => ({ data })),
    );
  }

  async #values(
    query: StatBarVariableQuery,
    { scopedVars, range }: DataQueryRequest<StatBarVariableQuery>,
  ): Promise<MetricFindValue[]> {
    const { service } = this.#source;
    const match = this.#source.replace(query.match ?? '', scopedVars);
    const span = { fromMs: range.from.valueOf(), toMs: range.to.valueOf() };
    const selection = { ...span, ...(match === '' ? {} : { match: [match] }) };
    const search = String(scopedVars[SEARCH]?.value ?? '').toLowerCase();
    const found = async (): Promise<readonly string[]> => {
      switch (query.kind) {
        case 'label_names':
          return (await service.client.labelNames(selection)).filter((name) => name !== '__name__');
        case 'metrics':
          return service.client.labelValues('__name__', selection);
        case 'label_values': {
          const label = this.#source.replace(query.label ?? '', scopedVars);
          return label === '' ? [] : service.client.labelValues(label, selection);
        }
        case 'query_result': {
          if (match === '') return [];
          const { data } = await service.client.instant({ query: match, timeMs: span.toMs });
          return columnsOf(data).series.map(
            ({ labels, values, timesMs }) =>
              `${seriesName(labels, undefined, '')} ${values[0]} ${timesMs[0]}`,
          );
        }
        default:
          return [];
      }
    };
    return (await found())
      .filter((text) => text.toLowerCase().includes(search))
      .map((text) => ({ text, value: text }));
  }
}
