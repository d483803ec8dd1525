import type { AlertGroup } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { pageOf } from './page.ts';

test('labels, texts and links are text, whatever they hold', () => {
  const evil = '"><script>alert(1)</script>';
  const page = pageOf({
    title: evil,
    state: 'firing',
    summary: evil,
    owner: evil,
    runbookUrl: 'javascript:alert(1)',
    links: [{ title: evil, url: `https://x.test/${evil}` }],
    members: [{ labels: { [evil]: evil }, state: 'firing', value: 1, startsAtMs: 0 }],
    counts: { firing: 1, resolved: 0 },
    story: [{ atMs: 0, text: evil }],
    acknowledgement: null,
    firedAtMs: 0,
    createdAtMs: 0,
  } as unknown as AlertGroup);
  expect(page).not.toContain('<script');
  expect(page).not.toContain('href="javascript');
  expect(page).toContain('&#60;script&#62;');
});
