import type { ChatInstance, InstanceTick } from './chat/instance.ts';
import { createPrng } from './prng.ts';

interface DemoEvent {
  readonly name: string;
  readonly timestamp: number;
  readonly source: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Users of one instance that write now and then. */
const USERS = 4000;

/**
 * What is behind one tick, one by one: `chat_message_sent`, `chat_message_failed` with its kind of error, and `shop_visit`
 * with 1 or 0 orders.
 */
export function eventsOf(
  instance: ChatInstance,
  tick: InstanceTick,
  fromMs: number,
  toMs: number,
): DemoEvent[] {
  const { host, region } = instance.id;
  const prng = createPrng(toMs);
  const events: DemoEvent[] = [];
  const add = (name: string, device: string, more: Readonly<Record<string, string | number>>): void => {
    events.push({
      name,
      timestamp: Math.floor(fromMs + prng.next() * (toMs - fromMs)),
      source: host,
      id: `${host}/${toMs}/${events.length}`,
      attributes: {
        region: region.name,
        'device.type': device,
        'user.id': `${host}/${Math.floor(prng.next() * USERS)}`,
        ...more,
      },
    });
  };
  for (const { device, appVersion, messageCount, errorCounts, deliveriesS, variants } of tick.devices) {
    let failed = 0;
    for (const [type, count] of errorCounts) {
      failed += count;
      for (let i = 0; i < count; i++) {
        add('chat_message_failed', device, { 'app.version': appVersion, 'error.type': type });
      }
    }
    for (let i = failed; i < messageCount; i++) {
      const deliveryMs = Math.round(1000 * deliveriesS[i % deliveriesS.length]);
      add('chat_message_sent', device, { 'app.version': appVersion, delivery_ms: deliveryMs });
    }
    for (const { variant, sessionCount, conversionCount } of variants) {
      for (let i = 0; i < sessionCount; i++)
        add('shop_visit', device, { variant, orders: i < conversionCount ? 1 : 0 });
    }
  }
  return events;
}

/** Sends the events of all instances at once. What could not be sent is told once, until it works again. */
export function createEventSender(
  target: { readonly url: string; readonly headers: Record<string, string> },
  complain: (text: string) => void,
): (events: readonly DemoEvent[]) => Promise<void> {
  let failing = false;
  return async (events) => {
    if (events.length === 0) return;
    const problem = await post(target, events);
    if (problem !== undefined && !failing) complain(`The events could not be sent: ${problem}`);
    failing = problem !== undefined;
  };
}

async function post(
  target: { readonly url: string; readonly headers: Record<string, string> },
  events: readonly DemoEvent[],
): Promise<string | undefined> {
  try {
    const response = await fetch(`${target.url}/statbar/v1/events`, {
      method: 'POST',
      headers: { ...target.headers, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    const text = await response.text();
    return response.ok ? undefined : `${response.status} ${text}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
