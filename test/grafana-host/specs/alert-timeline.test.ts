import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostFixture, type OpenPage, startHostFixture } from '../fixture.ts';
import { timelineFrames } from './alert-timeline-frames.test-support.ts';
import { graveViolations } from './axe.test-support.ts';
import { bootUser } from './boot-user.test-support.ts';

let fixture: HostFixture;
let server: Server;
const bodies: string[] = [];
const type = 'statbar-alerttimeline-panel';
const target = (frames: string) =>
  [{ refId: 'A', frames, datasource: { uid: 'statbar', type: 'statbar-metrics-datasource' } }] as never;

beforeAll(async () => {
  fixture = await startHostFixture(['grafana-panels/alert-timeline']);
  // What the panel asks for is what is looked at here; what comes of it, in the test against a service.
  server = createServer((incoming, outgoing) => {
    incoming.setEncoding('utf8');
    let body = '';
    incoming.on('data', (part: string) => (body += part));
    incoming.on('end', () => {
      bodies.push(`${incoming.method} ${incoming.url} ${body}`);
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 600_000);

afterAll(async () => {
  await fixture?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

const mappings = [{ type: 'value', options: { firing: { text: 'On fire', color: '#123456' } } }];
const mapped = {
  matcher: { id: 'byName', options: 'state' },
  properties: [{ id: 'mappings', value: mappings }],
};
const link = { title: 'Logs', url: 'https://logs.example/?of=${__value.raw}' };
const panels = [
  { type, title: 'Alerts', targets: target('few') },
  { type, title: 'Many', targets: target('many') },
  { type, title: 'Live', targets: target('live') },
  {
    ...{ type, title: 'Mapped', targets: target('few'), options: { laneBy: 'severity' } },
    fieldConfig: { defaults: { unit: 'percent', links: [link] }, overrides: [mapped] },
  },
  { type, title: 'Series', targets: target('series') },
  { type, title: 'Empty', targets: target('none') },
  { type, title: 'Unfit', targets: target('numbers') },
];

async function openAll(options: { theme?: 'dark' | 'light'; user?: object } = {}): Promise<OpenPage> {
  const { port } = server.address() as AddressInfo;
  const opened = await fixture.open(panels, {
    theme: options.theme ?? 'dark',
    init: `${bootUser({ name: 'Robin', ...options.user })}${timelineFrames}`,
    size: { width: 1400, height: 2100 },
    statbar: { url: `http://127.0.0.1:${port}` },
  });
  for (const id of [1, 2, 3, 4, 5]) await lanes(opened.page, id).first().waitFor({ timeout: 60_000 });
  return opened;
}

const inPanel = (page: Page, id: number) => page.locator(`[data-panel-id="${id}"]`);
const lanes = (page: Page, id: number) => inPanel(page, id).locator('[role="row"][aria-label]');
const grid = (page: Page, id: number) => inPanel(page, id).locator('[role="grid"]');

/** Colour of a point of the bars' canvas: part of its width, pixels from its top. */
function colourAt(page: Page, id: number, part: number, y: number): Promise<string> {
  return page.evaluate(
    ([panel, x, top]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(
        `[data-panel-id="${panel}"] [role="grid"] canvas`,
      );
      if (canvas === null) return '';
      const ratio = canvas.width / canvas.getBoundingClientRect().width;
      const data = canvas.getContext('2d')?.getImageData(canvas.width * x, top * ratio, 1, 1).data;
      return [...(data ?? [])].join(' ');
    },
    [id, part, y] as const,
  );
}

describe.each(['dark', 'light'] as const)(
  'the alert timeline in a browser, %s',
  { timeout: 120_000 },
  (theme) => {
    let open: OpenPage;

    beforeAll(async () => {
      open = await openAll({ theme });
    });

    afterAll(() => open?.close());

    test('shows lanes with figures, open ones first; of thousands those in sight; says why there is nothing', async () => {
      const { page } = open;
      const labels = await lanes(page, 1).evaluateAll((all) =>
        all.map((row) => row.getAttribute('aria-label')),
      );
      expect(labels).toEqual([
        'ErrorRate: 1 alerts, 1 open, 1 returns',
        'Disk: 1 alerts, 0 open, 0 returns',
        'Latency: 1 alerts, 0 open, 0 returns',
      ]);
      expect(await lanes(page, 2).count()).toBeLessThan(40);
      // The first row has the names of the columns.
      expect(await grid(page, 2).getAttribute('aria-rowcount')).toBe('2001');
      await inPanel(page, 6).getByText('No alerts in this time range').waitFor();
      await inPanel(page, 7).getByText('The answer has no alerts').waitFor();
      expect(await lanes(page, 5).first().getAttribute('aria-label')).toBe(
        'Slow: 1 alerts, 0 open, 1 returns',
      );
    });

    test('value mappings give states names and colours', async () => {
      const { page } = open;
      await inPanel(page, 4).getByText('On fire').waitFor();
      const rgb = [0x12, 0x34, 0x56, 255].join(' ');
      const seen = new Set<string>();
      for (let part = 0.1; part < 1; part += 0.02) seen.add(await colourAt(page, 4, part, 13));
      expect(seen).toContain(rgb);
    });

    test('nothing that keeps people from using it, pinned card and table included', async () => {
      const { page } = open;
      await grid(page, 1).focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'ErrorRate' }).waitFor();
      await inPanel(page, 4).getByRole('button', { name: 'View as table' }).click();
      const grave = await graveViolations(page, ['[data-panel-id]', '[role="dialog"]']);
      expect(grave).toEqual([]);
      await page.keyboard.press('Escape');
      await inPanel(page, 4).getByRole('button', { name: 'View as timeline' }).click();
      expect(open.problems).toEqual([]);
    });
  },
);

describe('using the alert timeline', { timeout: 120_000 }, () => {
  let open: OpenPage;

  beforeAll(async () => {
    open = await openAll();
  });

  afterAll(() => open?.close());

  test('keys go from span to span and say where they are; Enter pins, Escape lets go and gives the focus back', async () => {
    const { page } = open;
    await grid(page, 2).focus();
    await page.keyboard.press('End');
    await inPanel(page, 2).locator('[aria-rowindex="2001"]').waitFor();
    await page.keyboard.press('Escape');

    const status = inPanel(page, 1).locator('[role="status"]');
    await grid(page, 1).focus();
    await page.keyboard.press('Home');
    await status.filter({ hasText: /^ErrorRate: Firing, .* still open/ }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await status.filter({ hasText: /^ErrorRate: Pending/ }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await status.filter({ hasText: /^ErrorRate: Acknowledged/ }).waitFor();
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'ErrorRate' });
    await card.getByText('Now: Firing').waitFor();
    await card.getByRole('link', { name: 'Runbook' }).waitFor();
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    expect(await grid(page, 1).evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('an action is asked for with who asks, from where, and the version that was seen', async () => {
    const { page } = open;
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'ErrorRate' });
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await card.getByText('Done').waitFor();
    expect(bodies.at(-1)).toMatch(
      /^POST \/statbar\/v1\/alerts\/g-ErrorRate\/actions .*"version":3,"by":{"name":"Robin","user":null,"via":"grafana"},"action":"ack"/,
    );
    await page.keyboard.press('Escape');
  });

  test('values have their unit, and a link for all fields is there once, for the value', async () => {
    const { page } = open;
    await grid(page, 4).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'ErrorRate' });
    await card.getByText('14%').waitFor();
    const links = card.getByRole('link', { name: 'Logs' });
    expect(await links.evaluateAll((all) => all.map((each) => each.getAttribute('href')))).toEqual([
      'https://logs.example/?of=14',
    ]);
    await page.keyboard.press('Escape');
  });

  test('the crosshair goes both ways', async () => {
    const { page } = open;
    const line = (id: number) => inPanel(page, id).getByTestId('statbar-crosshair');
    for (const [own, other] of [
      [1, 4],
      [4, 1],
    ]) {
      const box = await grid(page, own).boundingBox();
      if (box === null) throw new Error('no grid');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height - 60);
      await line(other).waitFor({ state: 'visible' });
      await page.mouse.move(5, 5);
      await line(other).waitFor({ state: 'hidden' });
    }
  });

  test('new data takes no row away, and what is pinned stays with its alert', async () => {
    const { page } = open;
    await grid(page, 3).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'ErrorRate' });
    await card.waitFor();
    await lanes(page, 3)
      .first()
      .evaluate((row) => row.setAttribute('data-before', 'yes'));
    await page.evaluate(() => Object.assign(window, { timelineMore: true }));
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    await lanes(page, 3).nth(1).waitFor();
    const rows = await lanes(page, 3).evaluateAll((all) =>
      all.map((row) => [row.getAttribute('aria-label')?.split(':')[0], row.getAttribute('data-before')]),
    );
    // The row that was there has the first lane now, and the other one is new: nothing was taken away and put back.
    expect(rows).toEqual([
      ['Another', 'yes'],
      ['ErrorRate', null],
    ]);
    await card.getByText('Now: Acknowledged').waitFor();
    await page.keyboard.press('Escape');
  });

  test('as a table, and as a file', async () => {
    const { page } = open;
    await inPanel(page, 1).getByRole('button', { name: 'View as table' }).click();
    const table = inPanel(page, 1).getByRole('table');
    expect(await table.getByRole('row').nth(1).textContent()).toMatch(/^DiskPending\d{4}-/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      inPanel(page, 1).getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('Alerts.csv');
    await inPanel(page, 1).getByRole('button', { name: 'View as timeline' }).click();
    await lanes(page, 1).first().waitFor();
  });

  test('a picture of the panel has names, bars and background', async () => {
    const picture = await open.page.evaluate(async () => {
      const { plugin } = await (
        window as never as { System: { import(url: string): Promise<never> } }
      ).System.import(`${location.origin}/public/plugins/statbar-alerttimeline-panel/module.js`);
      const { onScreenshot } = plugin as { onScreenshot(context: object): Promise<Blob | null> };
      const element = document.querySelector<HTMLElement>('[data-panel-id="1"]');
      const blob = await onScreenshot({ element, format: 'png' });
      if (blob === null) return undefined;
      const image = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      /** How many different colours there are in a strip. */
      const coloursIn = (x: number, y: number, width: number, height: number): number => {
        const words = new Uint32Array(
          context?.getImageData(x, y, width, height).data.buffer ?? new ArrayBuffer(0),
        );
        return new Set(words).size;
      };
      const data = context?.getImageData(0, 0, image.width, image.height).data ?? [];
      let transparent = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) transparent++;
      return {
        type: blob.type,
        transparent,
        // The names of lanes, on the left; where no lane is, nothing but grid.
        names: coloursIn(0, 44, 60, 78),
        blank: coloursIn(0, 150, 60, 40),
        bars: coloursIn(Math.round(image.width / 4), 57, Math.round(image.width / 2), 1),
      };
    });
    expect(picture).toMatchObject({ type: 'image/png', transparent: 0, blank: 1 });
    expect(picture?.names).toBeGreaterThan(5);
    expect(picture?.bars).toBeGreaterThan(4);
  });

  test('a drag over the lanes zooms to that time, in all panels', async () => {
    const { page, problems } = open;
    const box = await grid(page, 1).boundingBox();
    if (box === null) throw new Error('no grid');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 65, { steps: 4 });
    await page.mouse.up();
    const asked = await page.waitForFunction(() => {
      const { timelineAskedMs = 0 } = window as { readonly timelineAskedMs?: number };
      return timelineAskedMs < 800_000 && timelineAskedMs;
    });
    // A tenth of the panel, of which the lanes' bars have about two thirds: of fifteen minutes, about two.
    expect(await asked.jsonValue()).toBeGreaterThan(90_000);
    expect(await asked.jsonValue()).toBeLessThan(240_000);
    expect(problems).toEqual([]);
  });
});

test('in German, and a viewer may look but not act', { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openAll({ user: { language: 'de-DE', orgRole: 'Viewer' } });
  try {
    await inPanel(page, 1).getByText('Ausgelöst').waitFor();
    await inPanel(page, 6).getByText('Keine Alarme in diesem Zeitraum').waitFor();
    await grid(page, 1).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog', { name: 'ErrorRate' });
    await card.getByText('Anleitung').waitFor();
    expect(await card.getByRole('button', { name: 'Übernehmen' }).count()).toBe(0);
    expect(problems).toEqual([]);
  } finally {
    await close();
  }
});
