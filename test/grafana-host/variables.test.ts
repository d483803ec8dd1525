import { createDataFrame, dateTime, type Field, FieldType, type TypedVariableModel } from '@grafana/data';
import { describe, expect, test } from 'vitest';
import { withVisibility } from './page/dashboard/series-overrides.ts';
import { type VariableState, Variables } from './page/variables/variables.ts';

function variable(name: string, values: string[], more: Partial<TypedVariableModel> = {}): VariableState {
  const options = ['eu-west', 'us|east', 'a.b'].map((value) => ({ text: `<${value}>`, value }));
  return { model: { name, type: 'custom', ...more } as TypedVariableModel, options, values };
}

function variables(...states: VariableState[]): Variables {
  const all = new Variables();
  all.setStates(states);
  const [from, to] = [dateTime(1_000_000), dateTime(4_600_000)];
  all.setRange({ from, to, raw: { from: 'now-1h', to: 'now' } });
  return all;
}

describe('references to variables', () => {
  const both = variables(variable('r', ['eu-west', 'a.b']));
  const one = variables(variable('r', ['a.b']));

  test.each([
    ['$r', '{eu-west,a.b}', 'a.b'],
    ['[[r]]', '{eu-west,a.b}', 'a.b'],
    ['${r:csv}', 'eu-west,a.b', 'a.b'],
    ['${r:pipe}', 'eu-west|a.b', 'a.b'],
    ['${r:regex}', '(eu-west|a\\.b)', 'a\\.b'],
    ['${r:json}', '["eu-west","a.b"]', '"a.b"'],
    ['${r:doublequote}', '"eu-west","a.b"', '"a.b"'],
    ['${r:singlequote}', "'eu-west','a.b'", "'a.b'"],
    ['${r:queryparam}', 'var-r=eu-west&var-r=a.b', 'var-r=a.b'],
    ['${r:text}', '<eu-west> + <a.b>', '<a.b>'],
    ['${r:percentencode}', '%7Beu-west%2Ca.b%7D', 'a.b'],
    ['$unknown ${unknown:csv}', '$unknown ${unknown:csv}', '$unknown ${unknown:csv}'],
  ])('%s', (text, several, single) => {
    expect(both.replace(text)).toBe(several);
    expect(one.replace(text)).toBe(single);
  });

  test('all of them: every option, or what somebody wrote for it, as it is', () => {
    expect(variables(variable('r', ['$__all'])).replace('${r:pipe}')).toBe('eu-west|us|east|a.b');
    const custom = variable('r', ['$__all'], { allValue: '.*' } as never);
    expect(variables(custom).replace('$r ${r:regex}')).toBe('.* .*');
  });

  test('a data source decides how values are written where the text does not', () => {
    const format = (value: unknown): string => `<${[value].flat().join('+')}>`;
    expect(both.replace('$r ${r:csv}', {}, format)).toBe('<eu-west+a.b> eu-west,a.b');
  });

  test('what belongs to one query comes before the variable of that name', () => {
    expect(both.replace('$r $__interval', { r: { value: 'x' }, __interval: { value: '15s' } })).toBe('x 15s');
  });

  test('the range, and the address that leads to the same', () => {
    expect(one.replace('$__from ${__to:date:iso} $__range_s')).toBe('1000000 1970-01-01T01:16:40.000Z 3600');
    expect(one.replace('?${__url_time_range}&${__all_variables}')).toBe('?from=now-1h&to=now&var-r=a.b');
  });

  test('of the value that a link belongs to: its series, labels, time and number', () => {
    const frame = createDataFrame({
      name: 'errors',
      fields: [
        { name: 'time', type: FieldType.time, values: [5, 6] },
        { name: 'value', type: FieldType.number, values: [1.5, 2.5], labels: { region: 'eu-west' } },
      ],
    });
    const value = { frame, field: frame.fields[1] as Field, data: [frame], rowIndex: 1 };
    const text =
      '${__series.name} ${__field.labels.region} ${__value.raw} ${__value.time} ${__data.fields["value"]}';
    expect(one.replace(text, { __dataContext: { value } as never })).toBe('errors eu-west 2.5 6 2.5');
  });
});

describe('a click on a legend', () => {
  const frames = ['a', 'b', 'c'].map((name) =>
    createDataFrame({ fields: [{ name, type: FieldType.number, values: [1] }] }),
  );
  const names = (config: { overrides: { matcher: { options?: { names?: string[] } } }[] }) =>
    config.overrides.map(({ matcher }) => matcher.options?.names);
  const none = { defaults: {}, overrides: [] };

  test('shows one alone, and all again', () => {
    const alone = withVisibility(none, 'b', 'select' as never, frames);
    expect(names(alone)).toEqual([['b']]);
    expect(names(withVisibility(alone, 'b', 'select' as never, frames))).toEqual([]);
    expect(names(withVisibility(alone, 'c', 'select' as never, frames))).toEqual([['c']]);
  });

  test('with a key held down takes one away and brings it back', () => {
    const without = withVisibility(none, 'b', 'append' as never, frames);
    expect(names(without)).toEqual([['a', 'c']]);
    expect(names(withVisibility(without, 'b', 'append' as never, frames))).toEqual([]);
  });
});
