import { defaultQuery, QUERY_VERSION, type QueryKind, queryKinds, type StatBarQuery } from './query.ts';

type Stored = Readonly<Record<string, unknown>>;

const types: Readonly<Record<string, 'string' | 'number' | 'boolean'>> = {
  ...{
    refId: 'string',
    expr: 'string',
    editor: 'string',
    mode: 'string',
    legend: 'string',
    minStep: 'string',
  },
  ...{ signal: 'string', matchers: 'string', horizon: 'string', direction: 'string', compare: 'string' },
  ...{ order: 'string', view: 'string', alertState: 'string' },
  ...{ scoreMin: 'number', threshold: 'number', limit: 'number' },
  ...{ live: 'boolean', exemplars: 'boolean', others: 'boolean', asAnnotations: 'boolean', hide: 'boolean' },
};

/**
 * A query of this version out of what was stored: one of the Prometheus data source (`expr`, `instant`, `legendFormat`,
 * `interval`, `exemplar`), one of version 1 (which called the kinds `queryType`), or one that is current. Queries are
 * written by hand, too: what is missing is put in, and what is of another type than it should be is left out.
 */
export function migrateQuery(given: object): StatBarQuery {
  const stored = given as Stored;
  if (stored['version'] === QUERY_VERSION) return isWhole(stored) ? stored : whole(stored);
  const { instant, range, legendFormat, interval, exemplar, queryType, editorMode, format, ...rest } = stored;
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const kind = [rest['kind'], queryType].find((each) => queryKinds.includes(each as QueryKind));
  const migrated = whole({
    ...defaultQuery,
    ...rest,
    version: QUERY_VERSION,
    kind: kind ?? (format === 'heatmap' ? 'heatmap' : 'promql'),
    expr: text(stored['expr']) ?? '',
    mode: rest['mode'] ?? (instant === true && range !== true ? 'instant' : 'range'),
    editor: editorMode === 'builder' ? 'builder' : (rest['editor'] ?? 'code'),
  });
  const legend = text(legendFormat);
  if (legend !== undefined && legend !== '__auto') migrated.legend = legend;
  const minStep = text(interval);
  if (minStep !== undefined) migrated.minStep = minStep;
  if (exemplar === true) migrated.exemplars = true;
  return migrated;
}

function isWhole(stored: Stored): stored is Stored & StatBarQuery {
  return (
    typeof stored['refId'] === 'string' &&
    typeof stored['expr'] === 'string' &&
    queryKinds.includes(stored['kind'] as QueryKind) &&
    Object.entries(stored).every(([key, value]) => isRight(key, value))
  );
}

function isRight(key: string, value: unknown): boolean {
  if (key === 'levels' && value !== undefined)
    return Array.isArray(value) && value.every((level) => typeof level === 'number');
  return types[key] === undefined || value === undefined || typeof value === types[key];
}

function whole(stored: Stored): StatBarQuery {
  const right = Object.fromEntries(Object.entries(stored).filter(([key, value]) => isRight(key, value)));
  const { refId = 'A', kind, expr = '' } = right as Partial<StatBarQuery>;
  const isKnown = kind !== undefined && queryKinds.includes(kind);
  return { ...right, refId, version: QUERY_VERSION, kind: isKnown ? kind : defaultQuery.kind, expr };
}
