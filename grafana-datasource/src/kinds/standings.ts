import { labelsKey, type SeriesColumns } from '../frames/columns.ts';
import type { Standing } from '../frames/leaderboard-frame.ts';

/**
 * Ranks as in a competition: equal values share a rank, and the next one counts them all (1, 2, 2, 4). Equal values are
 * ordered by their labels, so that rows keep their place. Values that are no numbers have no rank.
 */
export function standingsOf(
  current: readonly SeriesColumns[],
  before: readonly SeriesColumns[],
  order: 'highest' | 'lowest',
): Standing[] {
  const earlier = new Map(ranked(before, order).map((each) => [each.key, each]));
  return ranked(current, order).map(({ key, labels, value, rank }) => ({
    ...{ key, labels, value, rank },
    previousRank: earlier.get(key)?.rank ?? null,
    previousValue: earlier.get(key)?.value ?? null,
  }));
}

type Ranked = Pick<Standing, 'key' | 'labels' | 'value' | 'rank'>;

function ranked(series: readonly SeriesColumns[], order: 'highest' | 'lowest'): Ranked[] {
  const sign = order === 'highest' ? -1 : 1;
  const rows = series
    .map(({ labels, values }) => ({ key: labelsKey(labels), labels, value: values[0], rank: 0 }))
    .filter(({ value }) => value !== undefined && !Number.isNaN(value))
    .sort((a, b) => (a.value === b.value ? (a.key < b.key ? -1 : 1) : sign * (a.value - b.value)));
  rows.forEach((row, i) => {
    const above = rows[i - 1];
    row.rank = above !== undefined && above.value === row.value ? above.rank : i + 1;
  });
  return rows;
}
