import { describe, expect, test } from 'vitest';
import { Telemetry } from '../../base/index.ts';
import { createSampleBuffer } from '../types.ts';
import { PageBuilder } from './page.ts';
import { CachedPage, PageCache, PageContent } from './page-cache.ts';
import { SampleColumnCodec } from './sample-column.ts';

async function pageOf(samples: number): Promise<{ page: CachedPage; content: PageContent }> {
  const buffer = createSampleBuffer(samples);
  for (let i = 0; i < samples; i++) buffer.values[i] = Math.sin(i);
  const builder = new PageBuilder();
  new SampleColumnCodec().write(buffer, 0, samples, builder.out);
  builder.closeSlot();
  const bytes = await builder.finish(1);
  const page = new CachedPage({ offset: 0, sizeBytes: bytes.length, slotCount: 1 });
  return { page, content: new PageContent(bytes, page) };
}

describe('page cache', () => {
  test('stays under its limit: pages that were not used since go first, and are counted', async () => {
    const pages = await Promise.all(Array.from({ length: 5 }, () => pageOf(1000)));
    const telemetry = new Telemetry();
    const cache = new PageCache(pages[0].content.sizeBytes * 3, telemetry);
    for (const { page, content } of pages.slice(0, 3)) cache.add(page, content);
    for (const { page } of pages) page.used = false;
    pages[0].page.used = true;
    cache.add(pages[3].page, pages[3].content);
    expect(pages.map(({ page }) => page.content !== undefined)).toEqual([true, false, true, true, false]);
    cache.add(pages[4].page, pages[4].content);
    expect(cache.sizeBytes).toBe(pages[0].content.sizeBytes * 3);
    expect(telemetry.render()).toContain('statbar_block_page_cache_evictions_total 2');
  });

  test('a page larger than the limit is there for its reader and goes with the next', async () => {
    const [first, second] = [await pageOf(1000), await pageOf(1000)];
    const cache = new PageCache(10, new Telemetry());
    cache.add(first.page, first.content);
    expect(first.page.content).toBeDefined();
    cache.add(second.page, second.content);
    expect(first.page.content).toBeUndefined();
    cache.drop(second.page);
    expect(cache.sizeBytes).toBe(0);
  });
});
