import type { AlertsClient } from '@statbar/sdk/alerts';
import type { Logger } from '../base/index.ts';
import { homeCard } from '../commands/index.ts';
import type { Unfurler } from '../links/index.ts';
import type { DataGate } from '../permissions/index.ts';
import { Presser } from '../press/index.ts';
import { type Card, type ChatHandlers, type Question, type Reply, sentenceCard } from '../reply/index.ts';

export interface HandlerPorts {
  readonly alerts: AlertsClient;
  readonly gate: DataGate;
  readonly ask: (question: Question) => Promise<Reply>;
  readonly unfurler: Pick<Unfurler, 'unfurl'>;
  readonly logger: Logger;
}

/** What people do, answered: the same for every platform. Never rejects. */
export function createHandlers(ports: HandlerPorts): ChatHandlers {
  const { alerts, gate, logger } = ports;
  const ask = async (question: Question): Promise<Reply> => {
    try {
      return await ports.ask(question);
    } catch (error) {
      return { audience: 'private', card: failed(error, logger) };
    }
  };
  const presser = new Presser({ alerts, gate, ask, logger });
  return {
    ask,
    press: (pressed) => presser.press(pressed),
    unfurl: (url, person) => ports.unfurler.unfurl(url, person),
    async home(person) {
      try {
        const admission = await gate.admit(person, 'query');
        if (!admission.allowed) return sentenceCard(admission.why);
        const { name, user } = admission;
        return await homeCard(alerts, { person, name, user, data: gate.dataOf(person) });
      } catch (error) {
        return failed(error, logger);
      }
    },
  };
}

function failed(error: unknown, logger: Logger): Card {
  logger.warn('a question failed', { error: error instanceof Error ? error.message : String(error) });
  return sentenceCard('That did not work: the service cannot be asked at the moment.');
}
