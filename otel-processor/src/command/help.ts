export const commandNames = [
  'serve',
  'check-config',
  'query',
  'views',
  'watches',
  'dead-letters',
  'explain',
  'detect',
  'backtest',
  'forecast',
  'test',
  'token',
  'version',
  'help',
] as const;

const summaries: Readonly<Record<(typeof commandNames)[number], string>> = {
  serve: 'run the service',
  'check-config': 'say what is wrong with a configuration file',
  query: 'ask a running service a PromQL question',
  views: 'list the views of a running service with their lag and counts',
  watches: 'list the watched signals of a running service with their scores',
  detect: 'find anomalies in signals of files',
  backtest: 'say what detection and forecasts would have done to stored data',
  forecast: 'forecast signals of files, with intervals',
  explain: 'say which label values account for a change in a table',
  'dead-letters': 'show the events that a running service refused',
  test: 'run tests of views and rules',
  token: 'make a bearer token and its hash',
  version: 'say what this is',
  help: 'explain a command',
};

const exitCodes = `Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong configuration,
4 a port or the data folder is in use or cannot be opened.
`;

const details: Readonly<Record<(typeof commandNames)[number], string>> = {
  serve: `Usage: statbar serve [--config FILE] [--data DIR] [--listen HOST:PORT] [--grpc HOST:PORT] [--ready-json]

Takes OTLP over HTTP and gRPC and Prometheus remote write, stores it durably, and answers PromQL.

  --config FILE       YAML configuration; without it everything has its default
  --data DIR          folder of everything stored (default: the user's data folder)
  --listen HOST:PORT  HTTP door (default 127.0.0.1:4318); port 0 picks a free one
  --grpc HOST:PORT    gRPC door (default 127.0.0.1:4317); port 0 picks a free one
  --ready-json        print one JSON line on standard output when ready, and nothing else there

SIGTERM or SIGINT stops it: requests in flight are finished, everything is flushed. A second one stops at once.
`,
  'check-config': `Usage: statbar check-config FILE

Reads a configuration file as \`serve\` would, and names every mistake with its line and key.
`,
  query: `Usage: statbar query EXPR [--url URL] [--time T | --from A --to B --step S]
                     [--format table|json|csv] [--token-file FILE]

  --url URL          service to ask (default http://127.0.0.1:4318)
  --time T           evaluate at T: seconds since the epoch or RFC 3339 (default: now)
  --from A --to B    evaluate from A to B ...
  --step S           ... every S, for example 30s (default: a 250th of the range)
  --format F         table (default), json (the API's own answer) or csv
  --token-file FILE  file with the bearer token; else the environment variable STATBAR_TOKEN
`,
  watches: `Usage: statbar watches [--url URL] [--limit N] [--format table|json] [--token-file FILE]

Lists the watched signals of a running service, the highest score first: a score of 1 and over is anomalous.

  --url URL          service to ask (default http://127.0.0.1:4318)
  --limit N          how many signals (default 50)
  --format F         table (default) or json
  --token-file FILE  file with the bearer token; else the environment variable STATBAR_TOKEN
`,
  views: `Usage: statbar views [--url URL] [--format table|json] [--token-file FILE]

Lists the views of a running service: how far their results lag behind, their keys, events, late and overflowing
events, and the memory of their state.

  --url URL          service to ask (default http://127.0.0.1:4318)
  --format F         table (default) or json
  --token-file FILE  file with the bearer token; else the environment variable STATBAR_TOKEN
`,
  detect: `Usage: statbar detect --in FILE|DIR --out FILE|DIR [--alerts-per-week N] [--direction both|above|below]
                      [--time-zone ZONE] [--method NAME]

Judges each row of files of one signal each by the rows before it, and writes the rows with the columns expected,
lower, upper, score and alert_score. A score of 1 and over is anomalous. alert_score is the score at rows that start
or escalate an episode, 0 elsewhere. A folder is read with its folders; .csv.gz is read as it is.

  --in FILE|DIR        CSV with the columns timestamp,value; more columns are carried along. The time is ISO 8601,
                       YYYY-MM-DD HH:MM:SS in UTC, or seconds or milliseconds since the epoch
  --out FILE|DIR       where to write; for a folder the same relative paths
  --alerts-per-week N  alerts that are expected of a signal in which nothing happens (default 0.1)
  --direction D        which deviations count: both (default), above or below
  --time-zone ZONE     days and weeks begin there (default UTC)
  --method NAME        way to detect: adaptive (default) or median. Groups of signals are judged by a service, see
                       section watches of the configuration (method: forest)
`,
  backtest: `Usage: statbar backtest --expr EXPR --from A --to B [--step 1m] [--history 2w] [--url URL]
       statbar backtest --in FILE [--from A] [--to B]
                        [--horizon 6h] [--sensitivity N] [--direction above|below|both]
                        [--time-zone ZONE] [--out REPORT.html|PICTURE.svg] [--picture detection|forecast]

Goes through the values of a running service, or of a file, as if they came one by one: which episodes there would have
been and why, how many with another sensitivity, how far off forecasts were, and how many values their intervals held.

  --expr EXPR        PromQL; each of its series is tested
  --from A --to B    what counts: ISO 8601, or seconds or milliseconds since the epoch
  --step S           evaluate the expression every S (default 1m)
  --history H        learn from so much before A (default 2w)
  --in FILE          .csv or .csv.gz with the columns timestamp and value
  --horizon H        how far to forecast (default 6h)
  --sensitivity N    alerts expected a week of a signal in which nothing happens
  --direction D      what is anomalous: above, below or both (default)
  --time-zone ZONE   days begin at midnight there (default UTC)
  --out FILE         a report with pictures (.html), or one picture of the first series (.svg)
  --picture P        which one: detection (default) or forecast
  --url URL          service to ask (default http://127.0.0.1:4318)
  --token-file FILE  file with the bearer token; else the environment variable STATBAR_TOKEN
`,
  forecast: `Usage: statbar forecast --in FILE|DIR --horizon N --out DIR [--level 0.95] [--season N]
                        [--time-zone ZONE] [--rows]

Forecasts each signal N steps ahead and writes DIR/ID.csv with the columns step, mean, lower and upper. A file is one
signal, with the columns timestamp and value, and its ID is its name; a folder is gone through with its folders, and the
same paths come out. Files may be compressed (.csv.gz). Empty cells are gaps.

  --in FILE|DIR     times are ISO 8601, YYYY-MM-DD HH:MM:SS (UTC), or seconds or milliseconds since the epoch
  --horizon N       steps ahead; a step is the commonest distance of two times
  --level L         the share of values that are to be within the interval (default 0.95)
  --season N        steps after which things come again (default: found from the values)
  --time-zone ZONE  days begin at midnight there, for example Europe/Paris, daylight saving included
  --rows            each line of a file is a signal of its own: ID,value,value,...
`,
  explain: `Usage: statbar explain --in FILE --time-column C --at T --value V [--per W] --by a,b,c
                       [--limit N] [--format table|json]

Says which values of the columns a, b, c, alone or together, account for what sum(V), or sum(V)/sum(W), is at the
time T. The rows before T say what is expected.

  --in FILE        CSV with a header line, plain or gzip
  --time-column C  the column of times: ISO 8601, YYYY-MM-DD HH:MM:SS (UTC), or seconds or milliseconds since 1970
  --at T           the time in question, written in any of these ways
  --value V        the column that is added up
  --per W          the column whose sum it is divided by
  --by a,b,c       the columns that may account for it
  --limit N        accounts to give (default 10)
  --format F       table (default) or json: a list of {labels, share, surprise, expected, actual}, the best first
`,
  'dead-letters': `Usage: statbar dead-letters [--reason REASON | --late [--view NAME]] [--limit N] [--url URL]
                            [--format table|json] [--token-file FILE]

Shows the events that a running service refused and why, or that came too late for its views, the newest first. Needs a
token with the scope admin.

  --reason REASON    only those refused for it, for example schema or wrong_type
  --late             the last events that came too late for all windows of a view
  --view NAME        only those of this view
  --limit N          at most so many (default 100)
  --url URL          service to ask (default http://127.0.0.1:4318)
  --format F         table (default), or json: one object a line, with the events as they were sent
  --token-file FILE  file with the bearer token; else the environment variable STATBAR_TOKEN
`,
  test: `Usage: statbar test [--update] FILE...

Runs tests of views, rules and queries, in a folder that is gone afterwards and under a clock that only the test moves.
A FILE is a script (docs/scripts.md), or, when its name ends in .yaml or .yml, a unit test file of Prometheus for
recording and alerting rules.

  --update  write what came out into the scripts, to be looked at before it is kept
`,
  token: `Usage: statbar token [--name NAME] [--scopes read,write,admin] [--tenant TENANT]

Prints a new random token, and the lines for \`serve.tokens\` with its hash. The token is shown only here.
`,
  version: 'Usage: statbar version\n',
  help: 'Usage: statbar help [COMMAND]\n',
};

export function overview(): string {
  const width = Math.max(...commandNames.map((name) => name.length));
  const lines = commandNames.map((name) => `  ${name.padEnd(width)}  ${summaries[name]}`);
  return `StatBar: OpenTelemetry metrics in, durable, queryable, live.

Usage: statbar COMMAND [OPTIONS]

${lines.join('\n')}

\`statbar COMMAND --help\` explains one of them. To begin: statbar serve
${exitCodes}`;
}

export function commandHelp(name: (typeof commandNames)[number]): string {
  return `${details[name]}\n${exitCodes}`;
}
