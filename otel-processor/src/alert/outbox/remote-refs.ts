import type { Tables } from '../desk/tables.ts';
import type { RemoteRefs } from '../types.ts';
import type { Outbox } from './outbox.ts';

/** What the outside calls a group is kept with the group's entry for that receiver: as durable, and as long. */
export function remoteRefsOf(target: string, outbox: Outbox, tables: Tables): RemoteRefs {
  return {
    learn(remoteRef, dedupKey) {
      const card = outbox.cardOf(dedupKey, target);
      if (card !== undefined && card.remoteRef !== remoteRef) outbox.put({ ...card, remoteRef });
    },
    dedupKeyOf(remoteRef) {
      for (const entry of tables.outbox.values()) {
        if (entry.remoteRef === remoteRef && entry.target === target) return entry.groupId;
      }
      return undefined;
    },
  };
}
