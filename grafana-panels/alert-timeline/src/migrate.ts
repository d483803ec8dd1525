import type { PanelModel } from '@grafana/data';
import {
  defaultOptions,
  laneChoices,
  markChoices,
  optionsVersion,
  sortChoices,
  type TimelineOptions,
} from './options.ts';

type Saved = Readonly<Record<string, unknown>>;

/** From the version of its index to the next one. */
const steps: ReadonlyArray<(saved: Saved) => Saved> = [
  // Options without a version were written by hand.
  (saved) => saved,
  // 1: marks were shown or not, whatever they were of.
  ({ showAnomalies, ...saved }) => ({ ...saved, ...(showAnomalies === false ? { marks: 'none' } : {}) }),
];

/**
 * Options that an older version saved, or somebody wrote by hand, as this one reads them. What it does not know takes
 * its default, except that a lane by something else is a lane by the label of that name. What a newer version saved stays
 * as it is.
 */
export function migrateOptions({ options }: { readonly options?: unknown }): Partial<TimelineOptions> {
  let saved = (options ?? {}) as Saved;
  const version = typeof saved['version'] === 'number' ? saved['version'] : 0;
  if (version > optionsVersion) return saved as Partial<TimelineOptions>;
  for (const step of steps.slice(version)) saved = step(saved);
  const known = Object.keys(defaultOptions).filter((key) =>
    isKnown(key as keyof TimelineOptions, saved[key]),
  );
  const { laneBy } = saved;
  const isLabel = typeof laneBy === 'string' && laneBy !== '' && !known.includes('laneBy');
  return {
    ...defaultOptions,
    ...Object.fromEntries(known.map((key) => [key, saved[key]])),
    ...(isLabel ? { laneBy: 'label', laneLabel: laneBy } : {}),
    version: optionsVersion,
  };
}

const choices: Readonly<Record<string, readonly string[]>> = {
  laneBy: laneChoices,
  sortBy: sortChoices,
  marks: markChoices,
};

function isKnown(key: keyof TimelineOptions, value: unknown): boolean {
  if (typeof value !== typeof defaultOptions[key]) return false;
  if (typeof value === 'number') return Number.isFinite(value);
  return choices[key]?.includes(String(value)) ?? true;
}

/** What the panels that people use for this so far saved. */
interface Previous {
  readonly rowHeight?: number;
  readonly legend?: { readonly showLegend?: boolean };
  readonly sortOrder?: number;
}

/** Somebody changes the visualization of a panel to this one: what was set before stays, where we have it too. */
export function changePanel(
  panel: PanelModel<Partial<TimelineOptions>>,
  previousId: string,
  previous: { readonly options?: Previous } | Previous | undefined,
): Partial<TimelineOptions> {
  const saved = ((previous as { options?: Previous })?.options ?? previous ?? {}) as Previous;
  if (previousId === 'alertlist')
    // Its order by name is 1 and 2, its order by time 4 and 5.
    return {
      ...panel.options,
      sortBy: saved.sortOrder === 1 ? 'name' : saved.sortOrder === 5 ? 'recent' : 'open',
    };
  if (previousId !== 'state-timeline' && previousId !== 'status-history') return { ...panel.options };
  const { rowHeight, legend } = saved;
  return {
    ...panel.options,
    // A part of a row's room there, of the usual room here.
    ...(rowHeight === undefined ? {} : { laneHeightPx: Math.round(14 + rowHeight * 16) }),
    ...(legend?.showLegend === undefined ? {} : { showLegend: legend.showLegend }),
  };
}
