import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRuleFiles, rulesConfigSchema } from '../alert/index.ts';
import { loadConfig, problemText } from './index.ts';

function blocksOf(page: string): string[] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]);
}

test('the configuration in docs/alerts.md is one', async () => {
  const [block] = blocksOf('alerts.md');
  const { config, problems } = await loadConfig(block, { HOOK_SECRET: 'sixteen characters or more' });
  expect(problems?.map(problemText)).toBeUndefined();
  expect(config?.alert.escalations[0].steps).toHaveLength(2);
});

test('the rule files in docs/rules.md are such', () => {
  const files = blocksOf('rules.md').filter((block) => block.startsWith('# rules.yml'));
  expect(files).toHaveLength(2);
  for (const text of files) {
    const groups = parseRuleFiles(
      rulesConfigSchema.parse({}),
      [{ file: 'rules.yml', text }],
      () => undefined,
    );
    expect(groups).not.toHaveProperty('message');
  }
});
