import { type Field, formattedValueToString, getValueFormat } from '@grafana/data';
import type { LeaderboardOptions } from './options.ts';
import type { Ranked } from './ranking.ts';
import { translate } from './texts.ts';

export function valueText(field: Field, value: number): string {
  if (Number.isNaN(value)) return field.config.noValue ?? '–';
  if (field.display !== undefined) return formattedValueToString(field.display(value));
  return formattedValueToString(getValueFormat('short')(value));
}

/** A difference has the field's unit, and not the words that its values are mapped to. */
function amountText({ config, display }: Field, amount: number): string {
  if ((config.mappings?.length ?? 0) === 0 && display !== undefined)
    return formattedValueToString(display(amount));
  return formattedValueToString(getValueFormat(config.unit ?? 'short')(amount, config.decimals));
}

/** Rank as people write it: shared ones with a sign of equality. */
export function rankText({ rank, isTied }: Ranked): string {
  if (Number.isNaN(rank)) return '–';
  return isTied ? `=${rank}` : String(rank);
}

export function rankChangeText({ rankChange, isNew }: Ranked): string {
  if (isNew) return translate('rank.new');
  if (Number.isNaN(rankChange)) return '';
  if (rankChange === 0) return '·';
  return `${rankChange > 0 ? '▲' : '▼'}${Math.abs(rankChange)}`;
}

/** The same for those who hear it. */
export function rankChangeSpoken({ rankChange, isNew }: Ranked): string {
  if (isNew) return translate('rank.new');
  if (Number.isNaN(rankChange)) return '';
  if (rankChange === 0) return translate('rank.same');
  return translate(rankChange > 0 ? 'rank.up' : 'rank.down', { count: Math.abs(rankChange) });
}

export function changeText({ entry, difference }: Ranked, as: LeaderboardOptions['changeAs']): string {
  return differenceText(entry.field, difference, entry.previous, as);
}

export function differenceText(
  field: Field,
  difference: number,
  previous: number,
  as: LeaderboardOptions['changeAs'],
): string {
  if (Number.isNaN(difference)) return '–';
  if (as === 'difference') return `${difference > 0 ? '+' : ''}${amountText(field, difference)}`;
  const relative = previous === 0 ? Number.NaN : difference / Math.abs(previous);
  // From nothing to something is no percentage.
  if (Number.isNaN(relative)) return difference === 0 ? '0 %' : '∞';
  const percent = relative * 100;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent).toFixed(digits)} %`;
}

export type Judgement = 'good' | 'bad' | 'neutral';

export function judge(change: number, moreIs: LeaderboardOptions['moreIs']): Judgement {
  if (moreIs === 'neutral' || Number.isNaN(change) || change === 0) return 'neutral';
  return change > 0 === (moreIs === 'good') ? 'good' : 'bad';
}
