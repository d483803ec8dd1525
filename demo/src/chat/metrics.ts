/** What the chat service measures; the live instruments and the loaded history share these. */
export interface MetricDefinition {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

export const messages = define('chat.messages', '{message}', 'Messages sent, delivered or not.');
export const errors = define('chat.errors', '{error}', 'Messages that could not be delivered.');
export const delivery = define('chat.delivery.duration', 's', 'Time from sending a message to its delivery.');
export const sessions = define('shop.sessions', '{session}', 'Visits of the shop.');
export const conversions = define('shop.conversions', '{order}', 'Visits that ended with an order.');
export const connections = define('chat.connections', '{connection}', 'Open connections of an instance.');
export const cpu = define('chat.cpu.utilization', '1', 'Part of its processor time that an instance uses.');
export const memory = define('chat.memory.usage', 'By', 'Resident memory of an instance.');

export const deliveryBounds: readonly number[] = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 2.5, 5,
];

export const scope = { name: 'statbar.demo.chat', version: '1.4.0' };

function define(name: string, unit: string, description: string): MetricDefinition {
  return { name, unit, description };
}
