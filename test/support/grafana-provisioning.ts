import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './root.ts';

/* The files that set up a Grafana, as they are shipped in docker/. */

export interface ProvisionedSource {
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly url: string;
}

export interface ProvisionedRule {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly {
    readonly refId: string;
    readonly datasourceUid: string;
    readonly model: { readonly refId: string; readonly expr?: string; readonly expression?: string };
  }[];
}

export const provisioningFolder = join(root, 'docker', 'grafana', 'provisioning');

/** Every file as text, by its path within the folder. */
export function provisioningTexts(): ReadonlyMap<string, string> {
  const paths = readdirSync(provisioningFolder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => path.endsWith('.yaml'));
  return new Map(files.map((path) => [path, readFileSync(join(provisioningFolder, path), 'utf8')]));
}

function read<T>(path: string): T {
  return parse(readFileSync(join(provisioningFolder, path), 'utf8')) as T;
}

export function provisionedSources(): readonly ProvisionedSource[] {
  return read<{ datasources: ProvisionedSource[] }>('datasources/statbar.yaml').datasources;
}

export function provisionedRules(): readonly ProvisionedRule[] {
  const { groups } = read<{ groups: { rules: ProvisionedRule[] }[] }>('alerting/statbar.yaml');
  return groups.flatMap(({ rules }) => rules);
}

/** The expressions that Grafana asks StatBar for. */
export function ruleExpressions(): readonly (readonly [rule: string, expression: string])[] {
  return provisionedRules().flatMap(({ title, data }) =>
    data.flatMap(({ model }) => (model.expr === undefined ? [] : [[title, model.expr] as const])),
  );
}
