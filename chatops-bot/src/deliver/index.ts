export { pictureKey } from './attempt.ts';
export { Courier } from './courier.ts';
export { type DeliverOptions, type DeliverPorts, type DetailSource, defaultDeliverOptions } from './types.ts';
