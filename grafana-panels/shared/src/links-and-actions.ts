import type { Action, ActionModel, Field, InterpolateFunction, LinkModel, ScopedVars } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';

type DataContext = NonNullable<ScopedVars['__dataContext']>['value'];

/** A value that links and actions are about. */
export interface ValueRef {
  readonly field: Field;
  readonly index: number;
}

/** The data links of these values, each once. */
export function linksOf(values: readonly ValueRef[]): LinkModel<Field>[] {
  const seen = new Set<string>();
  const links: LinkModel<Field>[] = [];
  for (const { field, index } of values) {
    if ((field.config.links?.length ?? 0) === 0) continue;
    for (const link of field.getLinks?.({ valueRowIndex: index }) ?? []) {
      const key = `${link.title}\n${link.href}`;
      if (seen.has(key)) continue;
      seen.add(key);
      links.push(link);
    }
  }
  return links;
}

/** The actions of a value: requests that the viewer sends with a click, with the value's variables filled in. */
export function actionsOf(
  { field, index }: ValueRef,
  replaceVariables: InterpolateFunction,
  confirmText: (title: string) => string,
): ActionModel<Field>[] {
  const context = field.state?.scopedVars?.['__dataContext']?.value as DataContext | undefined;
  const scoped: ScopedVars = {
    ...field.state?.scopedVars,
    ...(context === undefined ? {} : { __dataContext: { value: { ...context, field, rowIndex: index } } }),
  };
  return (field.config.actions ?? []).map((action) => {
    const replace = (text: string, own: Readonly<Record<string, string>> = {}): string => {
      const vars = Object.fromEntries(
        Object.entries(own).map(([key, value]) => [key, { value, text: value }]),
      );
      return replaceVariables(text, { ...scoped, ...vars });
    };
    return {
      title: replace(action.title),
      type: action.type,
      confirmation: (own) => replace(action.confirmation ?? confirmText(action.title), own),
      onClick: (_event, _origin, own) => void send(action, (text) => replace(text, own)),
      ...(action.oneClick === undefined ? {} : { oneClick: action.oneClick }),
      style: action.style ?? {},
      ...(action.variables === undefined ? {} : { variables: action.variables }),
    };
  });
}

/** Grafana's own request function says to the viewer whether it went well. */
async function send(action: Action, replace: (text: string) => string): Promise<void> {
  const request = action.fetch ?? action.infinity;
  if (request === undefined) return;
  const url = new URL(replace(request.url), window.location.origin);
  for (const [name, value] of request.queryParams ?? [])
    url.searchParams.append(replace(name), replace(value));
  const headers = Object.fromEntries(
    (request.headers ?? []).map(([name, value]) => [replace(name), replace(value)]),
  );
  const body = request.method === 'GET' ? undefined : request.body;
  await new Promise<void>((resolve) => {
    getBackendSrv()
      .fetch({
        url: url.href,
        method: request.method,
        headers,
        showSuccessAlert: true,
        showErrorAlert: true,
        ...(body === undefined ? {} : { data: replace(body) }),
      })
      .subscribe({ error: () => resolve(), complete: () => resolve() });
  });
}
