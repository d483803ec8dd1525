import { ApiError } from '@statbar/sdk/query';
import { durationText } from '../card/index.ts';
import { bold, type Reply, type RichText, rich } from '../reply/index.ts';
import { activeGroups } from './alert-groups.ts';
import { cardOf } from './replies.ts';
import type { Asked, Command, Finding } from './types.ts';

const CLOCK_WARNING_MS = 5000;
const CLOCK_BAD_MS = 240_000;

export const doctorCommand: Command = {
  name: 'doctor',
  aliases: ['status', 'check'],
  usage: ['doctor'],
  summary: 'Looks at everything the bot needs, and says what to fix.',
  deed: 'query',
  run,
};

async function run(asked: Asked): Promise<Reply> {
  const { ports, question, user, name, data } = asked;
  const found = await Promise.all([
    service(asked),
    right(asked),
    alerting(asked),
    ...ports.checks.map((check) => check()),
  ]);
  const { person } = question;
  const you: Finding = {
    what: 'You',
    state: user === null ? 'warning' : 'good',
    text: `${name}, ${person.email ?? 'no e-mail address that the bot can see'}, ${
      user === null ? 'no user of alert.users: alerts cannot be assigned to you' : `user ${user}`
    }${data.length === 0 ? '' : `, sees data with ${data.join(', ')}`}`,
  };
  const findings = [...found.flat(), links(asked), you];
  const bad = findings.filter(({ state }) => state === 'bad').length;
  const summary = bad === 0 ? 'Everything that is needed works' : `${bad} things to fix`;
  const items = findings.map(
    ({ what, state, text }): RichText => rich(`${signs[state]} `, bold(what), `: ${text}`),
  );
  return {
    audience: 'private',
    card: cardOf(summary, [{ kind: 'list', items, leftOut: 0 }], summary, bad === 0 ? 'good' : 'error'),
  };
}

const signs = { good: '✅', warning: '⚠️', bad: '❌' } as const;

async function service({ ports }: Asked): Promise<Finding[]> {
  try {
    const before = ports.clock.nowMs();
    const status = await ports.query.status();
    const driftMs = Math.abs(status.nowMs - (before + ports.clock.nowMs()) / 2);
    return [
      {
        what: 'Service',
        state: status.ready ? 'good' : 'bad',
        text: status.ready
          ? `version ${status.version}, ${status.seriesCount} series`
          : `not ready: ${status.reason}`,
      },
      {
        what: 'Clock',
        state: driftMs > CLOCK_BAD_MS ? 'bad' : driftMs > CLOCK_WARNING_MS ? 'warning' : 'good',
        text:
          driftMs > CLOCK_WARNING_MS
            ? `${durationText(driftMs)} away from the service's: platforms refuse requests that are five minutes off; check NTP on both`
            : "together with the service's",
      },
    ];
  } catch (error) {
    return [{ what: 'Service', state: 'bad', text: advice(error) }];
  }
}

async function right({ ports }: Asked): Promise<Finding[]> {
  try {
    await ports.query.instant({ query: 'vector(1)' });
    return [{ what: 'Queries', state: 'good', text: 'allowed' }];
  } catch (error) {
    return [{ what: 'Queries', state: 'bad', text: advice(error) }];
  }
}

async function alerting(asked: Asked): Promise<Finding[]> {
  try {
    const [groups, { schedules }] = await Promise.all([activeGroups(asked), asked.ports.alerts.onCall()]);
    const text = `${groups.length === 0 ? 'quiet' : 'something is firing'}, ${schedules.length} on-call schedules`;
    return [{ what: 'Alerts', state: 'good', text }];
  } catch (error) {
    return [{ what: 'Alerts', state: 'bad', text: advice(error) }];
  }
}

/** Whether answers can lead to what did not fit into them. */
function links({ options: { publicUrl } }: Asked): Finding {
  const what = 'Links';
  if (publicUrl === '')
    return {
      what,
      state: 'warning',
      text: 'none: statbar.public_url does not say where people reach the service',
    };
  return URL.canParse(publicUrl)
    ? { what, state: 'good', text: `lead to ${publicUrl}` }
    : { what, state: 'bad', text: 'statbar.public_url is no URL: https://... is needed' };
}

/** What went wrong, and what to do about it. */
function advice(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 0)
    return `it cannot be reached (${error.message}): check statbar.url, and whether it runs`;
  if (error.status === 401) return 'it does not know the token: check statbar.token against serve.tokens';
  if (error.status === 403) return 'the token lacks a scope: the bot needs read and alerts';
  return error.message;
}
