import { ApiError } from '@statbar/sdk/query';
import type { Question, Reply } from '../reply/index.ts';
import { isTimeZone } from '../words/index.ts';
import { ackCommand, silenceCommand, unsilenceCommand } from './act.ts';
import { alertsCommand } from './alerts.ts';
import { anomaliesCommand } from './anomalies.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { forecastCommand } from './forecast.ts';
import { helpCommand } from './help.ts';
import { mineCommand } from './home.ts';
import { onCallCommand } from './oncall.ts';
import { chartCommand, queryCommand } from './query.ts';
import { privately } from './replies.ts';
import { subscribeCommand } from './subscribe.ts';
import type { Asked, Command, CommandOptions, CommandPorts } from './types.ts';

/** In the order in which `help` lists them. */
export const commands: readonly Command[] = [
  ...[queryCommand, chartCommand, forecastCommand, anomaliesCommand, explainCommand],
  ...[
    alertsCommand,
    ackCommand,
    silenceCommand,
    unsilenceCommand,
    mineCommand,
    onCallCommand,
    subscribeCommand,
    doctorCommand,
  ],
  helpCommand(() => commands),
];

const byName = new Map(
  commands.flatMap((command) => [command.name, ...command.aliases].map((name) => [name, command] as const)),
);

/** The command that a text gives, and what is behind its name: what begins with none is a question. */
export function readCommand(text: string): { readonly command: Command; readonly rest: string } {
  const trimmed = text.trim();
  const first = /^\S+/.exec(trimmed)?.[0].toLowerCase() ?? 'help';
  if (/^who('?s| is| are)? on[- ]?call/i.test(trimmed)) return { command: onCallCommand, rest: trimmed };
  const command = byName.get(first.replace(/[:!]$/, ''));
  // "who sends the most clicks" and "why" questions with a metric are questions; the bare words are commands.
  if (command === undefined || (first === 'who' && trimmed.includes(' ')))
    return { command: queryCommand, rest: trimmed };
  return { command, rest: trimmed.slice(first.length).trim() };
}

/** Answers what people ask, the same on every platform. Never rejects: what goes wrong is said politely, to the asker only. */
export function createAsk(
  ports: CommandPorts,
  options: CommandOptions,
): (question: Question) => Promise<Reply> {
  return async (question) => {
    const { command, rest } = readCommand(question.text);
    try {
      const admission = await ports.gate.admit(question.person, command.deed);
      if (!admission.allowed) return privately(admission.why);
      const zone = question.person.timeZone;
      const asked: Asked = {
        question,
        text: rest,
        now: {
          nowMs: ports.clock.nowMs(),
          timeZone: zone !== null && isTimeZone(zone) ? zone : options.timeZone,
        },
        name: admission.name,
        user: admission.user,
        data: ports.gate.dataOf(question.person),
        signal: AbortSignal.timeout(options.timeoutMs),
        ports,
        options,
      };
      ports.counters.add('statbar_chat_commands_total', command.name);
      return await command.run(asked);
    } catch (error) {
      ports.counters.add('statbar_chat_commands_failed_total', command.name);
      return failed(error, ports, options);
    }
  };
}

function failed(error: unknown, { logger }: CommandPorts, { timeoutMs }: CommandOptions): Reply {
  if (error instanceof ApiError) return privately(`That did not work: ${error.message}`);
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return privately(
      `That took longer than ${timeoutMs / 1000} s and was given up. A shorter time or fewer series are faster.`,
    );
  }
  logger.error('a command failed', {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  return privately('Something went wrong here, and it is in the log of the bot.');
}
