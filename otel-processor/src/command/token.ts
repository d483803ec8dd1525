import { createHash, randomBytes } from 'node:crypto';
import { scopes } from '../serve/config.ts';
import { readArguments } from './arguments.ts';
import { type ExitCode, exitCode, type Terminal } from './terminal.ts';

const RANDOM_SIZE = 32;

export async function tokenCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = {
    name: { type: 'string' },
    scopes: { type: 'string' },
    tenant: { type: 'string' },
  } as const;
  const parsed = readArguments('token', args, options, [], terminal);
  if (typeof parsed === 'number') return parsed;
  const { name = 'my-token', scopes: scopesText = 'read,write', tenant = 'default' } = parsed.values;
  const wanted = String(scopesText).split(',');
  const unknown = wanted.find((scope) => !(scopes as readonly string[]).includes(scope));
  if (unknown !== undefined) {
    terminal.err(
      `statbar token: there is no scope ${JSON.stringify(unknown)}; there are: ${scopes.join(', ')}\n`,
    );
    return exitCode.usage;
  }
  const token = `sb_${randomBytes(RANDOM_SIZE).toString('base64url')}`;
  const hash = createHash('sha256').update(token).digest('hex');
  terminal.out(`token: ${token}

# in the configuration file:
serve:
  tokens:
    - name: ${JSON.stringify(name)}
      sha256: ${hash}
      scopes: [${wanted.join(', ')}]
      tenant: ${JSON.stringify(tenant)}
`);
  return exitCode.ok;
}
