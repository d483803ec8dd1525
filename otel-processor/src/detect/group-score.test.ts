import { expect, test } from 'vitest';
import { groupScoreMethod } from './group-score.ts';
import { createObservation, defaultProfile } from './signal-profile.ts';

const evidence = { feature: 'together', surprise: 2, sentence: 'never together' };

test('a score of a group is the score: one alert for its episode, with the evidence of its time', () => {
  const method = groupScoreMethod((timestampMs) => (timestampMs === 2 ? [evidence] : []));
  const observation = createObservation();
  let detector = method.create(defaultProfile);
  const alerts = [0.3, 0.2, 2, 1.9, 2, Number.NaN].map((score, i) => {
    detector.observe(i, score, observation);
    if (i === 2) expect(detector.why()).toEqual([evidence]);
    detector = method.decode(defaultProfile, detector.encode()) ?? detector;
    return observation.alertScore >= 1;
  });
  expect(alerts).toEqual([false, false, true, false, false, false]);
  expect(observation).toMatchObject({ score: 0, lower: 0, upper: 1, inEpisode: true });
});

test('a torn state is not read', () => {
  const method = groupScoreMethod(() => []);
  expect(method.decode(defaultProfile, new Uint8Array())).toBeUndefined();
});
