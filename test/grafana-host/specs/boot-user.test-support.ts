/** A script for `init`: the page's viewer has these, too, such as a name or a language. */
export function bootUser(more: Readonly<Record<string, unknown>>): string {
  return `(() => {
    let data;
    Object.defineProperty(window, 'grafanaBootData', {
      get: () => data,
      set: (given) => (data = { ...given, user: { ...given.user, ...${JSON.stringify(more)} } }),
    });
  })();`;
}
