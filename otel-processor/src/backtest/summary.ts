import { formatDuration } from '../base/index.ts';
import type { BacktestResult } from './types.ts';

/** What a backtest came to, in sentences for a person. */
export function summaryOf({ signal, valueCount, weeks, detection, trials }: BacktestResult): string[] {
  const { startMs, stepMs, firstStep, values } = signal;
  const steps = values.length - firstStep;
  const span = `${day(startMs + firstStep * stepMs)} to ${day(startMs + values.length * stepMs)}`;
  const missing = steps - valueCount;
  const sentences = [
    `${steps} steps of ${formatDuration(stepMs)}, ${span}${missing === 0 ? '' : `; ${missing} without a value`}.`,
    episodeSentence(detection.episodes.length, weeks),
  ];
  if (detection.warmStep === undefined) {
    sentences.push('There was never history enough to judge a value.');
  } else if (detection.warmStep > firstStep) {
    sentences.push(
      `Values were judged from ${minute(startMs + detection.warmStep * stepMs)} on; before that they were learnt from.`,
    );
  }
  if (trials === undefined) {
    sentences.push('There was too little history for forecasts.');
    return sentences;
  }
  const { error, naiveError, coverage } = trials.whole;
  const gain = naiveError > 0 ? Math.round(100 * (1 - error / naiveError)) : 0;
  const against = gain >= 0 ? `${gain} % less than` : `${-gain} % more than`;
  const horizon = formatDuration(trials.horizonSteps * stepMs);
  sentences.push(
    `${trials.count} forecasts of ${horizon} were off by ${against} "the same as the day before".`,
    `${trials.levels.map((level, i) => `${(100 * coverage[i]).toFixed(1)} % of the values came within their ${Math.round(100 * level)} % interval`).join(', ')}.`,
  );
  return sentences;
}

function episodeSentence(count: number, weeks: number): string {
  if (count === 0) return 'No episode.';
  const perWeek = count / weeks;
  return `${count} ${count === 1 ? 'episode' : 'episodes'}: ${perWeek >= 10 ? perWeek.toFixed(0) : perWeek.toPrecision(2)} a week.`;
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function minute(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
