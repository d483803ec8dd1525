import { createObservation, type DetectorMethod, type SignalProfile } from '../detect/index.ts';
import type { Detection, PastEpisode, PastSignal } from './types.ts';

/** Sentences of an episode that are kept. */
const SENTENCES_MAX = 3;

interface OpenEpisode {
  startMs: number;
  peakMs: number;
  score: number;
  value: number;
  expected: number;
  why: readonly string[];
}

/** Runs a detector over a signal as it would have run then; episodes that began before `firstStep` do not count. */
export function detectPast(signal: PastSignal, method: DetectorMethod, profile: SignalProfile): Detection {
  const { startMs, stepMs, values, firstStep } = signal;
  const detector = method.create(profile);
  const observation = createObservation();
  const column = (): Float64Array => new Float64Array(values.length).fill(Number.NaN);
  const [expected, lower, upper, score] = [column(), column(), column(), column()];
  const episodes: PastEpisode[] = [];
  let open: OpenEpisode | undefined;
  let wasInEpisode = false;
  let warmStep: number | undefined;
  for (let step = 0; step < values.length; step++) {
    const timeMs = startMs + step * stepMs;
    detector.observe(timeMs, values[step], observation);
    expected[step] = observation.expected;
    lower[step] = observation.lower;
    upper[step] = observation.upper;
    score[step] = observation.score;
    if (observation.warm) warmStep ??= step;
    if (observation.inEpisode && !wasInEpisode && step >= firstStep) {
      open = opened(timeMs, values[step], observation, sentencesOf(detector));
    } else if (open !== undefined && observation.inEpisode && observation.score > open.score) {
      const { startMs: beganMs } = open;
      open = { ...opened(timeMs, values[step], observation, sentencesOf(detector)), startMs: beganMs };
    } else if (open !== undefined && !observation.inEpisode) {
      episodes.push({ ...open, endMs: timeMs });
      open = undefined;
    }
    wasInEpisode = observation.inEpisode;
  }
  if (open !== undefined) episodes.push(open);
  return { expected, lower, upper, score, episodes, ...(warmStep === undefined ? {} : { warmStep }) };
}

function opened(
  timeMs: number,
  value: number,
  { score, expected }: { score: number; expected: number },
  why: readonly string[],
): OpenEpisode {
  return { startMs: timeMs, peakMs: timeMs, score, value, expected, why };
}

function sentencesOf(detector: ReturnType<DetectorMethod['create']>): string[] {
  return detector
    .why()
    .slice(0, SENTENCES_MAX)
    .map(({ sentence }) => sentence);
}
