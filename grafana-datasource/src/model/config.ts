import type { StatBarOptions } from './query.ts';
import { durationMs } from './time.ts';

export type ConfigField = 'url' | 'scrapeInterval' | 'incrementalOverlap' | 'traceUrl';
export type ConfigProblem =
  | 'config.url.missing'
  | 'config.url.wrong'
  | 'config.duration'
  | 'config.trace-url.wrong';

/** What of a configuration cannot work, by field: shown beside the field, and a reason not to save it. */
export function configProblems(
  url: string,
  { scrapeInterval, incrementalOverlap, traceUrl }: StatBarOptions,
): ReadonlyMap<ConfigField, ConfigProblem> {
  const problems = new Map<ConfigField, ConfigProblem>();
  if (url.trim() === '') problems.set('url', 'config.url.missing');
  else if (!isWebAddress(url)) problems.set('url', 'config.url.wrong');
  const durations = [
    ['scrapeInterval', scrapeInterval],
    ['incrementalOverlap', incrementalOverlap],
  ] as const;
  for (const [field, value] of durations) {
    if (value !== undefined && value !== '' && durationMs(value) === undefined)
      problems.set(field, 'config.duration');
  }
  if (traceUrl && !(isWebAddress(traceUrl) && traceUrl.includes('{{traceId}}')))
    problems.set('traceUrl', 'config.trace-url.wrong');
  return problems;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
}
