import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import heatmapTexts from '../../../grafana-panels/heatmap/src/locales/en-US/statbar-heatmap-panel.json' with {
  type: 'json',
};
import { defaultOptions as heatmap } from '../../../grafana-panels/heatmap/src/options.ts';
import leaderboardTexts from '../../../grafana-panels/leaderboard/src/locales/en-US/statbar-leaderboard-panel.json' with {
  type: 'json',
};
import { defaultOptions as leaderboard } from '../../../grafana-panels/leaderboard/src/options.ts';

type Line = readonly [path: string, title: string, value: string];

/** The lines of a README's table of options: name in JSON, name in the editor, default. */
function listedOptions(panel: string): readonly Line[] {
  const file = new URL(`../../../grafana-panels/${panel}/README.md`, import.meta.url);
  const [, section] = readFileSync(file, 'utf8').split('\n## Options\n');
  return section
    .split('\n## ')[0]
    .split('\n')
    .flatMap((line) => {
      const cells = /^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|/.exec(line);
      return cells === null ? [] : [[cells[1], cells[2], cells[3]] as const];
    });
}

/** What the table is to say: `none` for options without a default. */
function expectedOptions(
  defaults: object,
  withoutDefault: readonly string[],
  texts: Readonly<Record<string, string>>,
): readonly Line[] {
  const title = (path: string): string => texts[`option.${path}`] ?? '?';
  return [
    ...Object.entries(defaults)
      .filter(([path]) => path !== 'version')
      .map(([path, value]): Line => [path, title(path), value === '' ? 'empty' : `\`${value}\``]),
    ...withoutDefault.map((path): Line => [path, title(path), 'none']),
  ];
}

test.each([
  ['heatmap', heatmap, ['colourMin', 'colourMax', 'hideUpTo', 'hideFrom'], heatmapTexts],
  ['leaderboard', leaderboard, [], leaderboardTexts],
] as const)('the README of the %s names every option as its editor does, with its default', (...given) => {
  const [panel, defaults, withoutDefault, texts] = given;
  const expected = expectedOptions(defaults, withoutDefault, texts);
  expect([...listedOptions(panel)].sort()).toEqual([...expected].sort());
});
