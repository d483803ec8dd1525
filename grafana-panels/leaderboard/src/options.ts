export const optionsVersion = 1;

export interface LeaderboardOptions {
  readonly version: number;
  /** Id of the reducer that makes a value of a series. */
  readonly reducer: string;
  readonly order: 'high' | 'low';
  /** By what rows are ordered; ranks are always those of the value. */
  readonly sortBy: 'value' | 'change' | 'rank-change' | 'name';
  /** Rows that are shown before the others are put together; 0: all. */
  readonly limit: number;
  readonly showOthers: boolean;
  readonly comparison: 'auto' | 'start' | 'none';
  readonly changeAs: 'percent' | 'difference';
  /** Whether more is good: decides the colour of a change. */
  readonly moreIs: 'good' | 'bad' | 'neutral';
  readonly showRank: boolean;
  readonly showRankChange: boolean;
  readonly showBar: boolean;
  readonly showChange: boolean;
  readonly showSparkline: boolean;
  readonly showGap: boolean;
  readonly showSearch: boolean;
  readonly rowHeightPx: number;
  readonly animate: boolean;
}

export const defaultOptions: LeaderboardOptions = {
  version: optionsVersion,
  reducer: 'lastNotNull',
  order: 'high',
  sortBy: 'value',
  limit: 0,
  showOthers: true,
  comparison: 'auto',
  changeAs: 'percent',
  moreIs: 'neutral',
  showRank: true,
  showRankChange: true,
  showBar: true,
  showChange: true,
  showSparkline: true,
  showGap: false,
  showSearch: false,
  rowHeightPx: 32,
  animate: true,
};
