import { spanText } from './durations.ts';
import { laneName } from './names.ts';
import type { Lane } from './prepare.ts';
import type { StateLooks } from './state-looks.ts';
import type { Seen } from './target.ts';
import { translate } from './texts.ts';

/** What a screen reader says of the span that the keyboard moved to. */
export function announcement(
  seen: Seen | undefined,
  lanes: readonly Lane[],
  looks: StateLooks,
  timeZone: string,
): string {
  const lane = lanes[seen?.laneIndex ?? -1];
  const [first] = seen?.intervals ?? [];
  if (lane === undefined || seen === undefined) return '';
  if (first === undefined) return translate('announce.none', { lane: laneName(lane) });
  const same = seen.intervals.filter(({ state }) => state === first.state);
  return translate(first.isOpen ? 'announce.open' : 'announce.span', {
    lane: laneName(lane),
    state: looks[first.state].text,
    time: spanText(first.startMs, first.endMs, timeZone),
    count: same.length,
  });
}
