import { expect, test } from 'vitest';
import { type CpuProfile, cpuByOwner } from './cpu-by-owner.ts';

const frame = (functionName: string, url = '') => ({ functionName, url });

test('what a plugin calls is its own, what calls it is not; idle time is nobody’s', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('(garbage collector)') },
      { id: 4, callFrame: frame('(program)') },
      { id: 5, callFrame: frame('render', 'http://host/bundle.js'), children: [6, 8] },
      {
        id: 6,
        callFrame: frame('Panel', 'http://host/public/plugins/statbar-heatmap-panel/module.js'),
        children: [7],
      },
      { id: 7, callFrame: frame('display', 'http://host/bundle.js') },
      { id: 8, callFrame: frame('frame', 'http://host/public/plugins/statbar-metrics-datasource/7.js') },
    ],
    samples: [2, 3, 4, 5, 6, 7, 8, 2],
    timeDeltas: [0, 100_000, 1000, 2000, 4000, 8000, 16_000, 32_000],
  };
  expect(cpuByOwner(profile)).toEqual({ source: 32, panel: 24, host: 4, gc: 1, browser: 2 });
});
