import { restricted } from '../permissions/index.ts';
import type { Conversation, Person, Reply } from '../reply/index.ts';
import { isTimeZone, type Plan } from '../words/index.ts';
import { lines } from './query.ts';
import type { CommandOptions, CommandPorts } from './types.ts';

export type Shown =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** It cannot be made certain that it stays within what the person may see. */
  | { readonly kind: 'refused' }
  /** There is no data. */
  | { readonly kind: 'nothing' };

export interface ShowRequest {
  /** Admitted to ask already. */
  readonly person: Person;
  readonly plan: Plan;
  readonly title: string;
  readonly signal: AbortSignal;
}

/** Draws a plan that nobody had to be understood for. Rejects with an `ApiError`. */
export type Show = (request: ShowRequest) => Promise<Shown>;

/** Nobody answers there: it is for reading only. */
const nowhere: Omit<Conversation, 'place'> = { threadId: null, groupId: null };

/** As `chart` would answer, within the data that the person may see. */
export function createShow(ports: CommandPorts, options: CommandOptions): Show {
  return async ({ person, plan, title, signal }) => {
    const data = ports.gate.dataOf(person);
    const expression = restricted(plan.expression, data);
    if (expression === undefined) return { kind: 'refused' };
    const place = { platform: person.platform, channel: '', direct: false };
    const zone = person.timeZone;
    const reply = await lines(
      {
        question: { id: '', person, conversation: { place, ...nowhere }, text: title },
        text: title,
        now: {
          nowMs: ports.clock.nowMs(),
          timeZone: zone !== null && isTimeZone(zone) ? zone : options.timeZone,
        },
        name: person.name,
        user: null,
        data,
        signal,
        ports,
        options,
      },
      { ...plan, expression },
    );
    return reply.audience === 'everyone' ? { kind: 'reply', reply } : { kind: 'nothing' };
  };
}
