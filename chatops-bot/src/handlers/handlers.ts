import type { AlertsClient } from '@statbar/sdk/alerts';
import type { Logger } from '../base/index.ts';
import type { CardOptions } from '../card/index.ts';
import { Presser } from '../press/index.ts';
import { type Card, type ChatHandlers, type Gate, type Question, type Reply, rich } from '../reply/index.ts';
import { homeCard } from './home.ts';
import { unfurlCard } from './unfurl.ts';

export interface HandlerPorts {
  readonly alerts: AlertsClient;
  readonly gate: Gate;
  readonly ask: (question: Question) => Promise<Reply>;
  readonly card: CardOptions;
  readonly logger: Logger;
}

/** What people do, answered: the same for every platform. Never rejects. */
export function createHandlers(ports: HandlerPorts): ChatHandlers {
  const { alerts, gate, card, logger } = ports;
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
    async unfurl(url, person) {
      try {
        const { allowed } = await gate.admit(person, 'query');
        return allowed ? await unfurlCard(alerts, url, card) : undefined;
      } catch (error) {
        logger.debug('a link stays a link', { error: String(error) });
        return undefined;
      }
    },
    async home(person) {
      try {
        const admission = await gate.admit(person, 'query');
        if (!admission.allowed) return said(admission.why);
        return await homeCard(alerts, person, admission.user);
      } catch (error) {
        return failed(error, logger);
      }
    },
  };
}

function failed(error: unknown, logger: Logger): Card {
  logger.warn('a question failed', { error: error instanceof Error ? error.message : String(error) });
  return said('That did not work: the service cannot be asked at the moment.');
}

function said(text: string): Card {
  return { tone: 'info', title: '', blocks: [{ kind: 'paragraph', text: rich(text) }], summary: text };
}
