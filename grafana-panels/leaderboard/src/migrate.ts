import type { PanelModel } from '@grafana/data';
import { defaultOptions, type LeaderboardOptions, optionsVersion } from './options.ts';

/** Options that an older version saved, as this one reads them. There is one version so far. */
export function migrateOptions(panel: PanelModel<Partial<LeaderboardOptions>>): Partial<LeaderboardOptions> {
  return { ...defaultOptions, ...panel.options, version: optionsVersion };
}

/** What the panels that people use for this so far saved: the reducer means the same here. */
interface SingleStat {
  readonly reduceOptions?: { readonly calcs?: readonly string[]; readonly limit?: number };
}

export function changePanel(
  panel: PanelModel<Partial<LeaderboardOptions>>,
  previousId: string,
  previous: { readonly options?: SingleStat } | SingleStat | undefined,
): Partial<LeaderboardOptions> {
  if (!['bargauge', 'stat', 'gauge', 'barchart', 'piechart'].includes(previousId))
    return { ...panel.options };
  const saved = ((previous as { options?: SingleStat })?.options ?? previous ?? {}) as SingleStat;
  const reducer = saved.reduceOptions?.calcs?.[0];
  return { ...panel.options, ...(reducer === undefined ? {} : { reducer }) };
}
