import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { viewConfigSchema } from '../windows/index.ts';
import { loadConfig, problemText } from './load.ts';

const folder = new URL('../../../docs/aggregates/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name !== 'README.md');
const textOf = (page: string): string => readFileSync(new URL(page, folder), 'utf8');

test('the examples of events.md are configurations', async () => {
  const text = readFileSync(new URL('../events.md', folder), 'utf8');
  const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    const { problems = [] } = await loadConfig(example, { MASK_KEY: '0123456789abcdef' });
    expect(problems.map(problemText)).toEqual([]);
  }
});

/** The page has the name of the statistic, except where that is no noun. */
const pageOf = (aggregate: string): string => (aggregate === 'compare' ? 'comparison.md' : `${aggregate}.md`);

test('every statistic that a view can have has a page, and the list names it', () => {
  const expected = [...Object.keys(viewConfigSchema.shape.aggregate.unwrap().shape), 'ratio']
    .map(pageOf)
    .sort();
  expect([...pages].sort()).toEqual(expected);
  for (const page of pages) expect(textOf('README.md')).toContain(`](${page})`);
});

describe.each(pages)('%s', (page) => {
  test('its example is a configuration, and uses the statistic', async () => {
    const [example, ...others] = [...textOf(page).matchAll(/^```yaml\n([\s\S]*?)^```/gm)];
    expect(others).toEqual([]);
    const { config, problems = [] } = await loadConfig(example[1], {});
    expect(problems.map(problemText)).toEqual([]);
    const used = config?.views.flatMap(({ aggregate, ratio }) => [
      ...Object.entries(aggregate).flatMap(([name, parameters]) =>
        parameters === undefined ? [] : [pageOf(name)],
      ),
      ...(ratio === undefined ? [] : ['ratio.md']),
    ]);
    expect(used).toContain(page);
  });

  test('says what comes out, how wrong it may be, what it costs, and what becomes of it', () => {
    const headings = [...textOf(page).matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Results', 'Error', 'Cost', 'Merging and restart']);
  });
});
