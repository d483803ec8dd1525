import type { ApiDifference } from './api-differences.ts';
import type { TypeProblem } from './type-errors.ts';

/** Something of Grafana's that the lowest supported version does not have, or has otherwise. */
export interface NewerApi {
  /** As in Grafana's packages; a member after a dot. */
  readonly name: string;
  /** The first version that has it. */
  readonly since: string;
  /** What happens in versions that are older. */
  readonly guard: string;
}

const erased = 'only a type: nothing of it is left when it runs';

/** All that the plugins use of versions after the lowest that they support. */
export const newerApis: readonly NewerApi[] = [
  {
    name: 'PanelPlugin.setSuggestionsSupplier',
    since: '12.4',
    guard: 'takes a function since then; called only where there is getSuggestions, which came with it',
  },
  { name: 'VisualizationSuggestionsSupplier', since: '12.4', guard: erased },
  { name: 'PanelPlugin.setPresetsSupplier', since: '13.0', guard: 'called where it exists' },
  { name: 'PanelPlugin.setScreenshotImage', since: '13.1', guard: 'called where it exists' },
  { name: 'PanelPlugin.setViewPanelOptions', since: '13.1', guard: 'called where it exists' },
  { name: 'PanelScreenshotContext', since: '13.1', guard: erased },
  { name: 'VizTooltipFooter', since: '13.1', guard: 'a footer of our own stands in for it' },
  { name: 'DrilldownRecommendation', since: '12.4', guard: erased },
  { name: 'DataSourceGetRecommendedDrilldownsOptions', since: '12.4', guard: erased },
  { name: 'DataSourceGetDrilldownsApplicabilityOptions', since: '13.0', guard: erased },
  { name: 'validation', since: '13.2', guard: 'a property that editors may be given: read where it is' },
];

/** Files with code that runs only in versions that have what it uses. */
const onlyInNewer = /\/suggest\.ts$/;

/**
 * Codes that say nothing on their own: a method that Grafana does not know is one that it does not call (TS4113), and
 * a type that is not known leaves others unknown (TS7006, TS7031).
 */
const consequences = new Set(['TS4113', 'TS7006', 'TS7031']);

export interface VersionReport {
  /** Used, not there, and no word of what happens then. */
  readonly unguarded: readonly string[];
  /** In the list, but not used or not newer any more. */
  readonly stale: readonly string[];
}

export function versionReport(
  differences: readonly ApiDifference[],
  problems: readonly TypeProblem[],
  known: readonly NewerApi[] = newerApis,
): VersionReport {
  const used = new Set<NewerApi>();
  const unguarded: string[] = [];
  for (const { package: from, name, kind, files } of differences) {
    const note = known.find((each) => each.name === name);
    if (note !== undefined) used.add(note);
    else if (!files.every((file) => onlyInNewer.test(file)))
      unguarded.push(`${from}: ${name} is ${kind}, used in ${files.join(', ')}`);
  }
  for (const { file, code, message } of problems) {
    if (onlyInNewer.test(file) || consequences.has(code)) continue;
    const names = namesIn(message);
    const note = known.find(({ name }) => names.has(name.slice(name.lastIndexOf('.') + 1)));
    if (note !== undefined) used.add(note);
    else unguarded.push(`${file}: ${message} (${code})`);
  }
  const stale = known.filter((each) => !used.has(each)).map(({ name }) => name);
  return { unguarded: [...new Set(unguarded)], stale };
}

/** What stands in quotes, without the arguments of generic types. */
function namesIn(message: string): ReadonlySet<string> {
  return new Set([...message.matchAll(/'([^']+)'/g)].map(([, name = '']) => name.replace(/<.*$/, '')));
}
