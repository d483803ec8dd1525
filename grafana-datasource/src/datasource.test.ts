import { CoreApp, type DataFrame, type DataQueryResponse, dateTime, LoadingState } from '@grafana/data';
import fc from 'fast-check';
import { lastValueFrom, of, throwError } from 'rxjs';
import { beforeEach, expect, test, vi } from 'vitest';
import { StatBarDataSource } from './datasource.ts';
import { queryKinds } from './model/query.ts';

const NOW_S = 1_700_000_000;
const MINUTE_MS = 60_000;

const service = vi.hoisted(() => ({
  urls: [] as string[],
  answer: (_path: string): { status: number; data: unknown } => ({ status: 500, data: '' }),
}));

// Editors are drawn in browsers only, and nothing is drawn here.
vi.mock('@grafana/ui', () => ({}));
vi.mock('@grafana/runtime', () => ({
  config: {},
  getTemplateSrv: () => ({
    getVariables: () => [],
    replace: (text: string) => text,
    containsTemplate: () => false,
  }),
  getBackendSrv: () => ({
    fetch: ({ url }: { url: string }) => {
      service.urls.push(url);
      const { status, data } = service.answer(new URL(url).pathname);
      const answer = { status, data: JSON.stringify(data) };
      return status < 400 ? of(answer) : throwError(() => answer);
    },
  }),
}));

const success = (data: unknown) => ({ status: 200, data: { status: 'success', data } });
const sample = (pod: string) => ({ metric: { pod }, value: [NOW_S, '1'] });

beforeEach(() => {
  service.urls = [];
  service.answer = (path) => {
    if (path.endsWith('/query')) return success({ resultType: 'vector', result: [sample('a')] });
    if (path.endsWith('/query_range')) return success({ resultType: 'matrix', result: [] });
    if (path.endsWith('/metadata')) return success({});
    if (path.endsWith('/forecast'))
      return success({ query: 'x', stepMs: 1, levels: [0.8, 0.95], series: [] });
    if (path.endsWith('/views')) return success({ views: [] });
    return success({ episodes: [], groups: [], nextCursor: null });
  };
});

function sourceOf(): StatBarDataSource {
  return new StatBarDataSource({
    ...{ uid: 'u', name: 'StatBar', type: 'statbar-metrics-datasource', id: 1, url: 'http://x' },
    jsonData: {},
  } as never);
}

function ask(target: object, timezone = 'browser'): Promise<DataQueryResponse> {
  const range = {
    ...{ from: dateTime(NOW_S * 1000 - 60 * MINUTE_MS), to: dateTime(NOW_S * 1000) },
    raw: { from: '2023-11-14', to: '2023-11-14' },
  };
  const request = {
    targets: [target],
    range,
    timezone,
    intervalMs: MINUTE_MS,
    requestId: 'r',
    scopedVars: {},
  };
  return lastValueFrom(sourceOf().query(request as never));
}

async function valueNameOf(target: object): Promise<string | undefined> {
  const { data } = await ask({
    refId: 'A',
    version: 2,
    kind: 'promql',
    mode: 'instant',
    expr: 'x',
    ...target,
  });
  return (data[0] as DataFrame).fields.at(-1)?.config.displayNameFromDS;
}

test('the legend names the value of an instant query, where it says the same of all rows', async () => {
  expect(await valueNameOf({ legend: 'Error budget left' })).toBe('Error budget left');
  expect(await valueNameOf({ legend: 'of {{pod}}' })).toBe('of a');
  expect(await valueNameOf({})).toBeUndefined();
  service.answer = (path) =>
    path.endsWith('/query')
      ? success({ resultType: 'vector', result: [sample('a'), sample('b')] })
      : success({});
  expect(await valueNameOf({ legend: 'of {{pod}}' })).toBeUndefined();
  expect(await valueNameOf({ legend: 'all' })).toBe('all');
});

test('a forecast of what is not there is empty and says so; one that fails is an error', async () => {
  const answered = service.answer;
  const refuse = (status: number, error: string) => (path: string) =>
    path.endsWith('/forecast')
      ? { status, data: { status: 'error', errorType: 'x', error } }
      : answered(path);
  service.answer = refuse(404, 'x{a="b"} has no series then');
  const target = { refId: 'A', version: 2, kind: 'forecast', expr: 'x{a="b"}' };
  const { state, data, errors } = await ask(target);
  expect([state, errors]).toEqual([LoadingState.Done, undefined]);
  const notices = (data as DataFrame[]).map(({ length, meta }) => [length, meta?.notices]);
  expect(notices).toEqual([[0, [{ severity: 'info', text: 'x{a="b"} has no series then' }]]]);
  service.answer = refuse(422, 'too many');
  expect((await ask(target)).errors).toEqual([{ message: 'too many', refId: 'A' }]);
});

test.each([
  ['utc', 'UTC'],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['browser', new Intl.DateTimeFormat().resolvedOptions().timeZone],
])('forecasts know the days of the dashboard in the time zone %s', async (timezone, name) => {
  await ask({ refId: 'A', version: 2, kind: 'forecast', expr: 'x' }, timezone);
  const asked = service.urls.find((url) => url.includes('/forecast?')) ?? '';
  expect(new URL(asked).searchParams.get('time_zone')).toBe(name);
});

const anything = fc.oneof(
  fc.constantFrom('', 'x', '1h', 'a="1"', 'highest', 'instant', 'builder', null, 0, 1, -1, true, false),
  fc.anything(),
);
const fields = [
  'refId',
  'expr',
  'editor',
  'mode',
  'legend',
  'minStep',
  'signal',
  'matchers',
  'horizon',
  'view',
];
const others = [
  'scoreMin',
  'levels',
  'threshold',
  'direction',
  'limit',
  'compare',
  'order',
  'others',
  'alertState',
];
const writtenByHand = fc.record(
  {
    version: fc.constantFrom(undefined, 1, 2),
    kind: fc.oneof(fc.constantFrom(...queryKinds), anything),
    queryType: anything,
    ...Object.fromEntries(
      [...fields, ...others, 'exemplars', 'asAnnotations'].map((name) => [name, anything]),
    ),
  },
  { requiredKeys: [] },
);

test('whatever fields a query has, and whatever is in them, no method trips over it', {
  timeout: 60_000,
}, async () => {
  const source = sourceOf();
  await fc.assert(
    fc.asyncProperty(writtenByHand, async (written) => {
      const query = written as never;
      const { errors = [] } = await ask(written);
      for (const { message = '' } of errors)
        expect(message).not.toMatch(
          /reading '|is not (a function|iterable|defined)|Cannot |undefined|Invalid/,
        );
      source.filterQuery(query);
      source.getQueryDisplayText(query);
      source.getQueryHints(query, []);
      source.modifyQuery(query, { type: 'ADD_FILTER', options: { key: 'a', value: 'b' } });
      source.interpolateVariablesInQueries([query], {});
      source.annotations.prepareQuery?.({ target: query } as never);
      await source.exportToAbstractQueries([query]);
      await source.getTagKeys({ filters: [], queries: [query] });
    }),
  );
  expect(source.getDefaultQuery(CoreApp.Explore).exemplars).toBe(true);
});
