import type { AlertsClient } from '@statbar/sdk/alerts';
import type { QueryClient } from '@statbar/sdk/query';
import type { Clock, Counters, Logger } from '../base/index.ts';
import type { DataGate } from '../permissions/index.ts';
import type { Deed, Question, Reply } from '../reply/index.ts';
import type { Now, Plan, VocabularyIndex } from '../words/index.ts';

export interface CommandOptions {
  /** Of people whose zone the platform does not tell. */
  readonly timeZone: string;
  /** A question that takes longer is given up. */
  readonly timeoutMs: number;
  /** Lines of a chart. */
  readonly linesMax: number;
  /** Rows of a table. */
  readonly rowsMax: number;
  /** Where the service's page is, for links to everything that did not fit; empty: no links. */
  readonly publicUrl: string;
}

/** Proposes PromQL for what the grammar did not understand; undefined: it has no proposal. */
export interface Planner {
  propose(text: string, index: VocabularyIndex, now: Now): Promise<Plan | undefined>;
}

/** One thing that was looked at, and what to do when it is not right. */
export interface Finding {
  readonly what: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly text: string;
}

export interface CommandPorts {
  readonly query: QueryClient;
  readonly alerts: AlertsClient;
  readonly gate: DataGate;
  readonly vocabulary: { index(): Promise<VocabularyIndex> };
  readonly planner: Planner | null;
  /** What the platforms find out about themselves: tokens, permissions, addresses. */
  readonly checks: readonly (() => Promise<readonly Finding[]>)[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: Counters;
}

/** A command as somebody gave it. */
export interface Asked {
  readonly question: Question;
  /** Behind the command's name. */
  readonly text: string;
  readonly now: Now;
  /** As alerts and the audit log are to know the person. */
  readonly name: string;
  readonly user: string | null;
  /** Matchers on everything that is asked; empty: none. */
  readonly data: readonly string[];
  readonly signal: AbortSignal;
  readonly ports: CommandPorts;
  readonly options: CommandOptions;
}

export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** With examples, for `help`. */
  readonly usage: readonly string[];
  readonly summary: string;
  readonly deed: Deed;
  run(asked: Asked): Promise<Reply>;
}
