import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dashboardFiles } from '../../grafana-build/src/dashboards/dashboard-files.ts';
import { ruleExpressions } from '../support/grafana-provisioning.ts';
import { queryVector, type VectorSample } from '../support/query.ts';
import { eventually } from '../support/wait.ts';
import {
  type AskedSource,
  ask,
  choose,
  type Dashboard,
  essenceOf,
  type Filter,
  hasContent,
  rangeOf,
  type Target,
  valuesOf,
} from './dashboard-queries.test-support.ts';
import { type DemoService, startDemoService } from './demo-service.ts';

/*
 * Every query of every panel, annotation and variable of the dashboards, asked by the data source's own code of a service that
 * the demo plays its incident to. A panel that is empty in the demo would be empty in the picture that people get of it.
 */

// Editors are drawn in browsers only, and nothing is drawn here.
vi.mock('@grafana/ui', () => ({}));
vi.mock('@grafana/runtime', () => import('./grafana-runtime.test-support.ts'));

const patience = { timeoutMs: 240_000, everyMs: 1000 };
const dashboards = [...dashboardFiles().values()].map((text) => JSON.parse(text) as Dashboard);
const sourcePath = fileURLToPath(new URL('../../grafana-datasource/src/datasource.ts', import.meta.url));

let running: DemoService | undefined;
let source: AskedSource;

beforeAll(async () => {
  const { StatBarDataSource } = (await import(sourcePath)) as {
    StatBarDataSource: new (settings: object) => AskedSource;
  };
  running = await startDemoService();
  source = new StatBarDataSource({
    ...{ uid: 'statbar', name: 'StatBar', type: 'statbar-metrics-datasource', id: 1 },
    ...{ url: running.service.httpUrl, jsonData: {} },
  });
}, 400_000);

afterAll(async () => {
  await running?.stop();
});

/** What a query has to say against itself; nothing when it is as it should be. */
async function complaintOf(
  dashboard: Dashboard,
  target: Target,
  { timeFrom, filters = [] }: { timeFrom?: string | undefined; filters?: readonly Filter[] } = {},
): Promise<string | undefined> {
  const { frames, errors } = await ask(source, target, rangeOf(dashboard, timeFrom), filters);
  if (errors.length > 0) return errors.join('; ');
  return hasContent(essenceOf(target, frames)) ? undefined : 'is empty';
}

/** A rule has to be evaluated, a window to close, an alert to fire: what is missing may be about to come. */
async function becomesFine(what: string, complain: () => Promise<string | undefined>): Promise<void> {
  let last: string | undefined;
  await eventually(
    async () => {
      last = await complain();
      return last === undefined ? true : undefined;
    },
    { ...patience, what },
  ).catch(() => {
    throw new Error(`${what}: ${last}`);
  });
}

describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
  '%s',
  (_title, dashboard) => {
    const { panels, templating, annotations } = dashboard;

    test.each(
      panels.flatMap((panel) =>
        panel.targets.map((target) => [panel.title, target.refId, panel, target] as const),
      ),
    )(
      '%s, query %s',
      async (title, refId, { timeFrom }, target) => {
        choose(dashboard);
        await becomesFine(`${title} ${refId}`, () => complaintOf(dashboard, target, { timeFrom }));
      },
      300_000,
    );

    for (const { name, target } of annotations.list ?? []) {
      test(`annotation ${name}`, async () => {
        choose(dashboard);
        await becomesFine(name, async () => {
          const query = source.annotations.prepareQuery({ name, target });
          return query === undefined ? 'is not asked' : complaintOf(dashboard, query);
        });
      }, 300_000);
    }

    test('variables have values, and each of these leaves something in every panel that knows it', async () => {
      choose(dashboard);
      for (const variable of templating.list.filter(({ type }) => type === 'query')) {
        const values = (await valuesOf(source, dashboard, variable)) ?? [];
        expect(values.length, variable.name).toBeGreaterThan(0);
        const inUse = panels.filter(({ targets }) => JSON.stringify(targets).includes(`$${variable.name}`));
        expect(inUse.length, variable.name).toBeGreaterThan(0);
        for (const value of values) {
          choose(dashboard, { [variable.name]: value });
          for (const { targets, title, timeFrom } of inUse)
            for (const target of targets)
              await becomesFine(`${title} with ${variable.name} ${value}`, () =>
                complaintOf(dashboard, target, { timeFrom }),
              );
        }
      }
    }, 300_000);

    test('a filter that nothing fits is no error anywhere', async () => {
      choose(dashboard);
      const filters = [{ key: 'region', operator: '=', value: 'the moon' }];
      for (const { targets, title, timeFrom } of panels) {
        for (const target of targets) {
          const { errors } = await ask(source, target, rangeOf(dashboard, timeFrom), filters);
          // Of nothing there is no forecast, and that is said.
          const isSaid =
            target.kind === 'forecast' && errors.every((text) => text.endsWith('has no series then'));
          if (!isSaid) expect(errors, title).toEqual([]);
        }
      }
    }, 300_000);
  },
);

test('the rules that Grafana evaluates by itself: one finds the incident, the other has nothing to tell', async () => {
  const answers = new Map<string, (expression: string) => Promise<readonly VectorSample[]>>();
  for (const [title, expression] of ruleExpressions())
    answers.set(title, (condition) =>
      queryVector(running?.service.httpUrl ?? '', `${expression} ${condition}`),
    );
  const failing = await eventually(
    async () => {
      const found = await answers.get('Many messages fail')?.('> 0.1');
      return found === undefined || found.length === 0 ? undefined : found;
    },
    { ...patience, what: 'the incident' },
  );
  expect(failing.map(({ metric }) => metric)).toEqual([{ region: 'eu-west', device_type: 'android' }]);
  expect((await answers.get('StatBar refuses points')?.('== 0'))?.length).toBeGreaterThan(0);
}, 300_000);

test('a query that is wrong, and one that finds nothing, would be noticed', async () => {
  const [dashboard] = dashboards;
  const query = (expr: string): Target => ({ refId: 'A', version: 2, kind: 'promql', mode: 'range', expr });
  expect(await complaintOf(dashboard, query('sum(rate('))).toMatch(/parse|expected|unexpected/i);
  expect(await complaintOf(dashboard, query('nothing_has_this_name'))).toBe('is empty');
});
