import type { Action, ActionModel, Field, InterpolateFunction, LinkModel, ScopedVars } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';

type DataContext = NonNullable<ScopedVars['__dataContext']>['value'];

/** A value that links and actions are about. */
export interface ValueRef {
  readonly field: Field;
  readonly index: number;
}

/** The data links of these values, each once. */
export function linksOf(
  values: readonly ValueRef[],
  replaceVariables: InterpolateFunction,
): LinkModel<Field>[] {
  const seen = new Set<string>();
  const links: LinkModel<Field>[] = [];
  for (const { field, index } of values) {
    if ((field.config.links?.length ?? 0) === 0) continue;
    const given = field.getLinks?.({ valueRowIndex: index }) ?? ownLinks(field, index, replaceVariables);
    for (const link of given) {
      const key = `${link.title}\n${link.href}`;
      if (seen.has(key)) continue;
      seen.add(key);
      links.push(link);
    }
  }
  return links;
}

/** Follows the link that is to be followed with the first click, where a value has one; false where it has none. */
export function followOneClick(values: readonly ValueRef[], replaceVariables: InterpolateFunction): boolean {
  const link = linksOf(values, replaceVariables).find(({ oneClick }) => oneClick === true);
  if (link === undefined) return false;
  if (link.onClick === undefined) window.open(link.href, link.target ?? '_self');
  else link.onClick(undefined, link.origin);
  return true;
}

/** Frames that come as annotations have links that Grafana did not fill in: their addresses know the value alone. */
function ownLinks(field: Field, index: number, replaceVariables: InterpolateFunction): LinkModel<Field>[] {
  const value: unknown = field.values[index];
  if (value === null || value === undefined || value === '') return [];
  const text = String(value);
  const scoped: ScopedVars = { __value: { text, value: { raw: value, text, numeric: Number(value) } } };
  const links: LinkModel<Field>[] = [];
  for (const { url, title, targetBlank } of field.config.links ?? []) {
    if (!url) continue;
    // The most usual variable is filled in here too: not everything that shows panels knows it.
    const address = url.replaceAll('${__value.raw}', encodeURIComponent(text));
    links.push({
      href: replaceVariables(address, scoped),
      title: replaceVariables(title, scoped),
      target: targetBlank === true ? '_blank' : undefined,
      origin: field,
    });
  }
  return links;
}

/**
 * The actions of a value: requests that the viewer sends with a click, with the value's variables filled in. `onDone` is
 * told when one was answered well.
 */
export function actionsOf(
  { field, index }: ValueRef,
  replaceVariables: InterpolateFunction,
  confirmText: (title: string) => string,
  onDone: () => void,
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
      onClick: (_event, _origin, own) => send(action, (text) => replace(text, own), onDone),
      ...(action.oneClick === undefined ? {} : { oneClick: action.oneClick }),
      style: action.style ?? {},
      ...(action.variables === undefined ? {} : { variables: action.variables }),
    };
  });
}

/** Grafana's own request function says to the viewer whether it went well. */
function send(action: Action, replace: (text: string) => string, onDone: () => void): void {
  const request = action.fetch ?? action.infinity;
  if (request === undefined) return;
  const url = new URL(replace(request.url), window.location.origin);
  for (const [name, value] of request.queryParams ?? [])
    url.searchParams.append(replace(name), replace(value));
  const headers = Object.fromEntries(
    (request.headers ?? []).map(([name, value]) => [replace(name), replace(value)]),
  );
  const body = request.method === 'GET' ? undefined : request.body;
  getBackendSrv()
    .fetch({
      url: url.href,
      method: request.method,
      headers,
      showSuccessAlert: true,
      showErrorAlert: true,
      ...(body === undefined ? {} : { data: replace(body) }),
    })
    // What went wrong was said to the viewer already.
    .subscribe({ complete: onDone, error: () => {} });
}
