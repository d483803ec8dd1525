interface Named {
  readonly name: string;
}

interface RouteReferences {
  readonly receiver?: string | undefined;
  readonly escalation?: string | undefined;
  readonly mute_timings: readonly string[];
  readonly active_timings: readonly string[];
  readonly routes: readonly RouteReferences[];
}

export interface References {
  readonly route: RouteReferences;
  readonly receivers: readonly Named[];
  readonly mute_timings: readonly Named[];
  readonly users: readonly Named[];
  readonly schedules: readonly (Named & {
    readonly layers: readonly { readonly users: readonly string[]; readonly during: readonly string[] }[];
    readonly overrides: readonly {
      readonly users: readonly string[];
      readonly from: string;
      readonly to: string;
    }[];
  })[];
  readonly escalations: readonly (Named & {
    readonly steps: readonly {
      readonly users: readonly string[];
      readonly schedules: readonly string[];
      readonly receivers: readonly string[];
      readonly only_during: readonly string[];
    }[];
  })[];
}

export interface ReferenceProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

const kinds = ['receivers', 'mute_timings', 'users', 'schedules', 'escalations'] as const;
type Kind = (typeof kinds)[number];

/** Names that are used and not defined, and names that are defined twice. */
export function crossReferences(config: References): ReferenceProblem[] {
  const problems: ReferenceProblem[] = [];
  for (const kind of kinds) {
    const seen = new Set<string>();
    config[kind].forEach(({ name }, i) => {
      if (seen.has(name)) problems.push({ path: [kind, i, 'name'], message: `${name} is defined twice` });
      seen.add(name);
    });
  }
  const refer = (kind: Kind, names: readonly string[], path: (string | number)[]): void => {
    const known = config[kind].map(({ name }) => name);
    names.forEach((name, i) => {
      if (known.includes(name)) return;
      const hint = known.length === 0 ? `alert.${kind} is empty` : `there are: ${known.join(', ')}`;
      problems.push({
        path: names.length > 1 ? [...path, i] : path,
        message: `there is no ${name} in alert.${kind}; ${hint}`,
      });
    });
  };
  const route = (at: RouteReferences, path: (string | number)[]): void => {
    if (at.receiver !== undefined) refer('receivers', [at.receiver], [...path, 'receiver']);
    if (at.escalation !== undefined) refer('escalations', [at.escalation], [...path, 'escalation']);
    refer('mute_timings', at.mute_timings, [...path, 'mute_timings']);
    refer('mute_timings', at.active_timings, [...path, 'active_timings']);
    at.routes.forEach((child, i) => {
      route(child, [...path, 'routes', i]);
    });
  };
  route(config.route, ['route']);
  config.schedules.forEach(({ layers, overrides }, i) => {
    layers.forEach(({ users, during }, j) => {
      refer('users', users, ['schedules', i, 'layers', j, 'users']);
      refer('mute_timings', during, ['schedules', i, 'layers', j, 'during']);
    });
    overrides.forEach(({ users, from, to }, j) => {
      refer('users', users, ['schedules', i, 'overrides', j, 'users']);
      if (Date.parse(to) <= Date.parse(from)) {
        problems.push({
          path: ['schedules', i, 'overrides', j, 'to'],
          message: 'expected a time after from',
        });
      }
    });
  });
  config.escalations.forEach(({ steps }, i) => {
    steps.forEach((step, j) => {
      const path = ['escalations', i, 'steps', j];
      refer('users', step.users, [...path, 'users']);
      refer('schedules', step.schedules, [...path, 'schedules']);
      refer('receivers', step.receivers, [...path, 'receivers']);
      refer('mute_timings', step.only_during, [...path, 'only_during']);
    });
  });
  return problems;
}
