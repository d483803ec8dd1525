import { parseArgs } from 'node:util';

export interface PreviewOptions {
  /** 0: a free one. */
  readonly port: number;
  readonly history: string;
  readonly incidentAfter: string;
  readonly incidentFor: string;
  readonly seed: string;
}

export const help = `npm run preview -- [OPTIONS]

StatBar without Grafana: starts a service with a data folder of its own, plays the demo into it, and serves the dashboards
and plugins on a page that stands in for Grafana. Ctrl-C ends all of it, and nothing is left.

  --port N              of the page; 0: a free one                     (3210, or a free one)
  --history DURATION    how much of the demo's past is loaded first    (30h)
  --incident-after D    when errors begin in eu-west on Android        (2m)
  --incident-for D      how long they last                             (8m)
  --seed N              another demo                                   (1)
  --help                this text
`;

const portDefault = 3210;

/** The options, or a sentence that says what is wrong with the arguments, or `help`. */
export function parsePreviewOptions(
  args: readonly string[],
): PreviewOptions | 'help' | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: String(portDefault) },
        history: { type: 'string', default: '30h' },
        'incident-after': { type: 'string', default: '2m' },
        'incident-for': { type: 'string', default: '8m' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return { problem: `--port: not a port: ${values.port}` };
    return {
      port,
      history: values.history,
      incidentAfter: values['incident-after'],
      incidentFor: values['incident-for'],
      seed: values.seed,
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
