export { createHandlers, type HandlerPorts } from './handlers.ts';
