/**
 * A view in one line, as the configuration would have it: `tumbling 1m lateness 30s max(ms) from page_view by route`.
 * Windows `tumbling D`, `sliding D slide D`, `session GAP key ATTRIBUTE [every D]`; statistics `count()`, `sum(x)`,
 * `quantiles(x, 0.5, 0.9)`, `distinct(x)`, `top(x, K)`, `histogram(x, BOUND, ...)`; `from E, ...`; `by A, ...`;
 * `complete`. What the configuration itself says about mistakes is left to it.
 */
export function parseViewLine(name: string, text: string): Record<string, unknown> {
  const window: Record<string, unknown> = {};
  const aggregate: Record<string, unknown> = {};
  const view: Record<string, unknown> = { name, window, aggregate };
  const parts: ReadonlyArray<readonly [pattern: RegExp, take: (groups: readonly string[]) => void]> = [
    [
      /(tumbling|sliding|slide|lateness) +(\S+)/y,
      ([key, value]) => {
        window[key] = value;
      },
    ],
    [
      /session +(\S+) +key +(\S+)(?: +every +(\S+))?/y,
      ([gap, key, every]) => {
        window['session'] = { gap, key, ...(every === undefined ? {} : { every }) };
      },
    ],
    [
      /(\w+)\(([^)]*)\)/y,
      ([statistic, args]) => {
        aggregate[statistic] = parametersOf(statistic, listOf(args));
      },
    ],
    [
      /(from|by) +([^\s,]+(?: *, *[^\s,]+)*)/y,
      ([key, values]) => {
        view[key] = listOf(values);
      },
    ],
    [
      /(complete|fast)\b/y,
      ([guarantee]) => {
        view['guarantee'] = guarantee;
      },
    ],
  ];
  let at = 0;
  while (at < text.length) {
    if (text[at] === ' ') {
      at += 1;
      continue;
    }
    const found = parts.find(([pattern, take]) => {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) return false;
      take(match.slice(1));
      at = pattern.lastIndex;
      return true;
    });
    if (found === undefined) throw new Error(`not understood in a view: ${text.slice(at)}`);
  }
  return view;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function parametersOf(statistic: string, [of, ...more]: readonly string[]): Record<string, unknown> {
  const parameters: Record<string, unknown> = of === undefined ? {} : { of };
  if (more.length === 0) return parameters;
  if (statistic === 'quantiles') return { ...parameters, at: more.map(Number) };
  if (statistic === 'histogram') return { ...parameters, bounds: more.map(Number) };
  if (statistic === 'top') return { ...parameters, k: Number(more[0]) };
  throw new Error(`${statistic}: one parameter only; further ones need the view in YAML`);
}
