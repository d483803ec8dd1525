import type { Logger } from '../../base/index.ts';
import type { Tables } from '../desk/tables.ts';
import { isPosition } from '../receivers/kinds.ts';
import type { Targets } from './targets.ts';

/**
 * Logs of before receivers had an identity call them by their position. What such a log says is of whoever stands there now;
 * an entry keeps its id, by which the outside knows what comes twice. What belongs to nobody any more is dropped, and said.
 */
export function adoptPositions(tables: Tables, targets: Pick<Targets, 'at'>, logger: Logger): void {
  const dropped = new Map<string, number>();
  for (const [id, entry] of [...tables.outbox.entries()]) {
    if (!isPosition(entry.target)) continue;
    const target = targets.at(entry.target);
    if (target !== undefined) tables.outbox.put(id, { ...entry, target: target.key });
    else {
      if (entry.told && entry.event !== 'resolved') {
        dropped.set(entry.target, (dropped.get(entry.target) ?? 0) + 1);
      }
      tables.outbox.remove(id);
    }
  }
  for (const [key, runs] of [...tables.remediations.entries()]) {
    if (!isPosition(key)) continue;
    const target = targets.at(key);
    if (target !== undefined) tables.remediations.put(target.key, runs);
    tables.remediations.remove(key);
  }
  if (dropped.size > 0) {
    logger.warn(
      'groups were told to receivers that are no longer configured: they will not hear of the end',
      {
        groups: Object.fromEntries(dropped),
      },
    );
  }
}
