/** The Prometheus HTTP API as a client sees it, for reading back in tests. */
export interface VectorSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly histogram?: readonly [number, { readonly count: string; readonly sum: string }];
}

export interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: ReadonlyArray<readonly [number, string]>;
}

/** GETs a path of the API; throws on anything but success. */
export async function apiGet<T>(
  url: string,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  const body = JSON.parse(text) as { status: string; data: T };
  if (body.status !== 'success') throw new Error(`${path} answered ${text}`);
  return body.data;
}

/** An instant query that gives a vector; at `timeMs`, or now. */
export async function queryVector(
  url: string,
  expression: string,
  timeMs?: number,
): Promise<readonly VectorSample[]> {
  const data = await apiGet<{ resultType: string; result: readonly VectorSample[] }>(url, 'query', {
    query: expression,
    ...(timeMs === undefined ? {} : { time: String(timeMs / 1000) }),
  });
  if (data.resultType !== 'vector') throw new Error(`${expression} gives a ${data.resultType}`);
  return data.result;
}

/** The one value of a vector of one sample. */
export async function queryValue(url: string, expression: string, timeMs?: number): Promise<number> {
  const vector = await queryVector(url, expression, timeMs);
  if (vector.length !== 1 || vector[0].value === undefined) {
    throw new Error(`${expression} does not give one value: ${JSON.stringify(vector)}`);
  }
  return Number(vector[0].value[1]);
}

/** Values by one label, for example by `le`. */
export async function queryByLabel(
  url: string,
  expression: string,
  label: string,
): Promise<Record<string, number>> {
  const vector = await queryVector(url, expression);
  return Object.fromEntries(vector.map(({ metric, value }) => [metric[label] ?? '', Number(value?.[1])]));
}
