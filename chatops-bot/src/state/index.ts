export { Notebook } from './notebook.ts';
export { Seen } from './seen.ts';
