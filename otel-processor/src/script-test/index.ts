export { type Failure, formatFailure, runScript, type ScriptResult } from './run.ts';
export type { ScriptPlace } from './world.ts';
