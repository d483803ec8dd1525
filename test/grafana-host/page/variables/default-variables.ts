import type { DataSourceApi, TypedVariableModel } from '@grafana/data';

interface VariableKind {
  readonly kind: string;
  readonly spec: {
    readonly name: string;
    readonly query?: {
      readonly group: string;
      readonly datasource?: { readonly name: string };
      readonly spec: unknown;
    };
    readonly [key: string]: unknown;
  };
}

const types: Readonly<Record<string, string>> = {
  QueryVariable: 'query',
  CustomVariable: 'custom',
  IntervalVariable: 'interval',
  TextVariable: 'textbox',
  ConstantVariable: 'constant',
};

/** The variables that a data source gives every dashboard that asks it, in the model that this page works with. */
export async function defaultVariables(source: DataSourceApi): Promise<TypedVariableModel[]> {
  const kinds = ((await source.getDefaultVariables?.()) ?? []) as unknown as VariableKind[];
  return kinds.flatMap(({ kind, spec }) => {
    const type = types[kind];
    if (type === undefined) return [];
    const { query } = spec;
    const asked =
      query === undefined
        ? {}
        : { datasource: { type: query.group, uid: query.datasource?.name ?? '' }, query: query.spec };
    return { ...spec, ...asked, type, id: spec.name } as unknown as TypedVariableModel;
  });
}
