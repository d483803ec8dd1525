import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../../support/service.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/wait.ts';
import { type HostFixture, startHostFixture } from '../fixture.ts';
import { sendEvents, sendMetrics } from './datasource-data.test-support.ts';
import { type Door, openDoor } from './datasource-door.test-support.ts';
import { type Live, SourcePage } from './datasource-page.test-support.ts';

/*
 * Live queries of the built data source against the service, through drops of every kind; and a panel that draws one.
 */

const config = `views:
  - name: shop:purchases
    from: purchase
    by: [region]
    window: { tumbling: 1s }
    out_of_orderness: 0s
    aggregate: { count: {} }
`;
const data = createTempDir('datasource-live-spec');
let fixture: HostFixture;
let service: Service;
let door: Door;
let source: SourcePage;
let selling: ReturnType<typeof setInterval>;

const panel = {
  type: 'statbar-heatmap-panel',
  title: 'Live',
  datasource: { uid: 'statbar', type: 'statbar-metrics-datasource' },
  targets: [
    { refId: 'A', version: 2, kind: 'promql', live: true, expr: 'shop_requests_total + time() % 60' },
  ] as never,
};

beforeAll(async () => {
  service = await startService({ dataDir: join(data.path, 'data'), config });
  door = await openDoor(() => service.httpUrl);
  await sendMetrics(service.httpUrl, Date.now());
  selling = setInterval(() => void sendEvents(service.httpUrl).catch(() => {}), 200);
  fixture = await startHostFixture(['grafana-datasource', 'grafana-panels/heatmap']);
  source = await SourcePage.open(fixture, { url: door.url }, [panel]);
}, 600_000);

afterAll(async () => {
  clearInterval(selling);
  await source?.close();
  await fixture?.close();
  await door?.close();
  await service?.stop();
  data.remove();
});

function until(isIt: (live: Live) => boolean, what: string, timeoutMs = 60_000): Promise<Live> {
  return eventually(
    async () => {
      const live = await source.live();
      return isIt(live) ? live : undefined;
    },
    { timeoutMs, what },
  );
}

describe('live queries', { timeout: 120_000 }, () => {
  test('add a point to each series again and again, and change nothing that was drawn', async () => {
    await source.listen({ expr: 'shop_requests_total + 0 * time()' });
    const live = await until(({ steps }) => steps >= 5, 'five answers');
    await source.unlisten();
    expect(live).toMatchObject({ restructured: 0, changed: 0, emptied: 0, notices: [] });
    expect(new Set(live.states)).toEqual(new Set(['Streaming']));
    expect(live.names.length).toBe(5);
  });

  test('of a panel draw on the same canvas, without a loading state in between', async () => {
    const { page } = source.open;
    const frame = page.locator('section', { has: page.getByRole('heading', { name: 'Live' }) });
    await frame.locator('canvas').first().waitFor();
    await page.evaluate(() => {
      const canvas = document.querySelector('section canvas') as HTMLCanvasElement & { seen?: number };
      const watched = { removed: 0, states: new Set<string>(), redrawn: 0, canvas };
      (window as never as { watched: typeof watched }).watched = watched;
      const section = canvas.closest('section') as HTMLElement;
      new MutationObserver((changes) => {
        for (const { removedNodes, type } of changes) {
          for (const node of removedNodes)
            if (node instanceof HTMLElement && (node.matches('canvas') || node.querySelector('canvas')))
              watched.removed += 1;
          const state = section.querySelector('[data-panel-state]')?.getAttribute('data-panel-state');
          if (type === 'attributes' && state) watched.states.add(state);
        }
      }).observe(section, { childList: true, subtree: true, attributes: true });
      const put = CanvasRenderingContext2D.prototype.putImageData as (...args: unknown[]) => void;
      CanvasRenderingContext2D.prototype.putImageData = function (
        this: CanvasRenderingContext2D,
        ...args: unknown[]
      ) {
        if (section.contains(this.canvas)) watched.redrawn += 1;
        put.apply(this, args);
      } as never;
    });
    const seen = () =>
      page.evaluate(() => {
        const { removed, states, redrawn, canvas } = (
          window as never as {
            watched: { removed: number; states: Set<string>; redrawn: number; canvas: HTMLCanvasElement };
          }
        ).watched;
        return { removed, states: [...states], redrawn, isThere: document.contains(canvas) };
      });
    await eventually(async () => ((await seen()).redrawn >= 3 ? true : undefined), {
      timeoutMs: 60_000,
      what: 'the panel draws three times',
    });
    const { removed, states, isThere } = await seen();
    expect([removed, isThere]).toEqual([0, true]);
    expect(states).not.toContain('Loading');
  });

  test('go on after a restart of the service, with what was missed', async () => {
    await source.listen({ expr: 'vector(time())' });
    const before = await until(({ steps }) => steps >= 3, 'three answers');
    await service.kill();
    await until(({ notices }) => notices.some((text) => text.includes('was cut')), 'a notice of the cut');
    service = await startService({ dataDir: join(data.path, 'data'), config });
    const after = await until(({ lastMs }) => lastMs > before.lastMs + 2000, 'answers behind the restart');
    expect(after).toMatchObject({ changed: 0, emptied: 0, restructured: 0 });
    await source.unlisten();
  });

  test('whose connection falls silent are asked for on another', async () => {
    await source.listen({ expr: 'vector(time())' });
    await until(({ steps }) => steps >= 3, 'three answers');
    door.freezeStreams();
    const silent = await until(
      ({ notices }) => notices.some((text) => text.includes('nothing came for 10 s')),
      'a notice of the silence',
    );
    const after = await until(({ lastMs }) => lastMs > silent.lastMs, 'answers on another connection');
    expect(after).toMatchObject({ changed: 0, emptied: 0 });
    await source.unlisten();
  });

  test('of a view show each window as it closes, by the names that are stored', async () => {
    const query = { kind: 'views', view: 'shop:purchases', legend: '{{region}}' };
    await source.listen(query);
    const live = await until(
      ({ names, steps }) => steps >= 4 && names.includes('eu') && names.includes('us'),
      'windows of both regions',
    );
    const stored = await source.ask(query);
    await source.unlisten();
    expect([...live.names].sort()).toEqual(['Time', 'eu', 'us']);
    expect(stored.frames.map(({ fields }) => fields[1].labels)).toEqual([
      expect.objectContaining({ __name__: 'shop:purchases', region: 'eu' }),
      expect.objectContaining({ __name__: 'shop:purchases', region: 'us' }),
    ]);
    const filters = [{ key: 'region', operator: '=', value: 'us' }];
    expect((await source.ask({ ...query, live: false }, { filters })).frames.length).toBe(1);
    await source.listen(query, { filters });
    const us = await until(({ steps, names }) => steps >= 4 && names.length > 1, 'windows of one region');
    expect(us.names).toEqual(['Time', 'us']);
    await source.unlisten();
  });

  test('of a range that ends in the past are what is stored, and that is all', async () => {
    await source.listen({ expr: 'shop_memory_bytes' }, { endMs: Date.now() - 300_000 });
    const live = await until(({ isDone }) => isDone, 'the end');
    expect([live.steps, live.states]).toEqual([1, ['Done']]);
  });

  test('are what the live mode of Explore makes of any query', async () => {
    await source.listen({ expr: 'vector(time())', live: false }, { liveStreaming: true });
    const live = await until(({ steps }) => steps >= 3, 'three answers');
    expect(live.states).toContain('Streaming');
    await source.unlisten();
  });

  test('that are wrong say so, once, and end', async () => {
    await source.listen({ expr: 'sum(' });
    const live = await until(({ isDone }) => isDone, 'the end');
    expect(live.states).toEqual(['Error']);
  });
});
