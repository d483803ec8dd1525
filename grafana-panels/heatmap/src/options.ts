import type { AxisScaleKind } from '../../shared/src/axis-scale.ts';
import type { ColourScaleKind } from '../../shared/src/colour-scale.ts';

export const optionsVersion = 1;

export interface HeatmapOptions {
  readonly version: number;
  /** Time from left to right, or a column for each day and a row for each hour. */
  readonly layout: 'time' | 'calendar';
  /** What the values of a series within an hour become, in a calendar. */
  readonly hourValue: 'mean' | 'sum' | 'max' | 'min' | 'last';
  /** What a row is: as the data says, one per series, or buckets made from the values. */
  readonly rows: 'auto' | 'series' | 'histogram';
  /** Label that makes the rows, when they are series; empty: every series is a row. */
  readonly groupBy: string;
  readonly combine: 'sum' | 'mean' | 'max';
  readonly cumulative: 'auto' | 'yes' | 'no';
  /** How many buckets are made from values. */
  readonly valueBucketCount: number;
  readonly sortRows: 'given' | 'name' | 'total';
  readonly yScale: 'auto' | AxisScaleKind;
  readonly yReverse: boolean;
  /** Unit of the bounds; empty: as the data says. */
  readonly yUnit: string;
  readonly colourBy: 'scheme' | 'thresholds';
  /** Id of a palette; `auto`: one that suits the theme. */
  readonly scheme: string;
  /** Which end of a sequential scheme is low; `auto`: the one that is closer to the background. */
  readonly schemeOrder: 'auto' | 'dark-low' | 'light-low';
  readonly colourScale: ColourScaleKind;
  readonly colourLevels: number;
  readonly colourMin?: number | undefined;
  readonly colourMax?: number | undefined;
  /** Values up to this one are not drawn. Buckets hide zero unless another value is given. */
  readonly hideUpTo?: number | undefined;
  readonly hideFrom?: number | undefined;
  readonly cellGapPx: number;
  readonly showAnomalies: boolean;
  readonly showAnnotations: boolean;
  readonly showExemplars: boolean;
  readonly showLegend: boolean;
  readonly showTooltip: boolean;
  readonly showColumnHistogram: boolean;
  /** What a drag over named rows does: filter the dashboard where its data source can, or only this panel. */
  readonly rowBrush: 'dashboard' | 'panel';
  /** How many contributors of a cell its tooltip lists. */
  readonly contributorCount: number;
}

export const defaultOptions: HeatmapOptions = {
  version: optionsVersion,
  layout: 'time',
  hourValue: 'mean',
  rows: 'auto',
  groupBy: '',
  combine: 'sum',
  cumulative: 'auto',
  valueBucketCount: 40,
  sortRows: 'given',
  yScale: 'auto',
  yReverse: false,
  yUnit: '',
  colourBy: 'scheme',
  scheme: 'auto',
  schemeOrder: 'auto',
  colourScale: 'linear',
  colourLevels: 128,
  cellGapPx: 1,
  showAnomalies: true,
  showAnnotations: true,
  showExemplars: true,
  showLegend: true,
  showTooltip: true,
  showColumnHistogram: true,
  rowBrush: 'dashboard',
  contributorCount: 5,
};
