import { expect, test } from 'vitest';
import { FaultError, isFault, permanent } from '../../base/index.ts';
import { expandTemplate, type TemplatePorts, type TemplateSample } from './index.ts';

const ports: TemplatePorts = {
  externalUrl: 'http://statbar.example/base',
  async query(expression): Promise<readonly TemplateSample[]> {
    if (expression === 'bad(') throw new FaultError(permanent('invalid', 'does not parse'));
    return [
      { Labels: new Map([['instance', 'b']]), Value: 21 },
      { Labels: new Map([['instance', 'a']]), Value: 11 },
    ];
  },
};

const data = {
  labels: new Map([
    ['instance', 'web-1.example.com:9090'],
    ['job', 'chat'],
  ]),
  externalLabels: new Map([['region', 'eu']]),
  value: 0.1234567,
};

async function expand(source: string, value: unknown = data.value): Promise<string> {
  const text = await expandTemplate(source, { ...data, value }, ports);
  return isFault(text) ? `fault: ${text.message}` : text;
}

test.each([
  ['plain text', 'plain text'],
  ['{{ $labels.instance }} of {{ .Labels.job }}', 'web-1.example.com:9090 of chat'],
  ['{{ $labels.absent }}|', '|'],
  ['{{ $value }}', '0.1234567'],
  ['{{ .Value | printf "%.2f" }}', '0.12'],
  ['{{ printf "%s is %5.1f%% %q" $labels.job (.Value) "x" }}', 'chat is   0.1% "x"'],
  ['{{ $value | humanizePercentage }}', '12.35%'],
  ['{{ humanize 1234567.0 }} {{ humanize 0.0012 }} {{ humanize1024 2048 }}', '1.235M 1.2m 2ki'],
  [
    '{{ humanizeDuration 0.5 }} {{ humanizeDuration 61 }} {{ humanizeDuration 90061 }}',
    '500ms 1m 1s 1d 1h 1m 1s',
  ],
  ['{{ humanizeTimestamp 1435065584.128 }}', '2015-06-23 13:19:44.128 +0000 UTC'],
  ['{{ $externalLabels.region }} {{ externalURL }} {{ pathPrefix }}', 'eu http://statbar.example/base /base'],
  ['{{ if gt $value 0.1 }}high{{ else }}low{{ end }}', 'high'],
  ['{{ if false }}a{{ else if eq "x" "y" "x" }}b{{ else }}c{{ end }}', 'b'],
  ['{{ with $labels.absent }}yes{{ else }}no{{ end }}', 'no'],
  ['{{ with $labels.job }}[{{ . }}]{{ end }}', '[chat]'],
  [
    '{{ range query "up" | sortByLabel "instance" }}{{ .Labels.instance }}={{ .Value }};{{ end }}',
    'a=11;b=21;',
  ],
  ['{{ range $i, $s := query "up" }}{{ $i }}{{ $s.Value }} {{ end }}', '021 111 '],
  ['{{ range $k, $v := $labels }}{{ $k }}={{ $v }},{{ end }}', 'instance=web-1.example.com:9090,job=chat,'],
  ['{{ query "up" | first | value }} {{ query "up" | first | label "instance" }}', '21 b'],
  ['{{ (query "up" | first).Value }}', '21'],
  ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
  ['a {{- /* gone */ -}} b', 'ab'],
  ['a {{- " " -}} b', 'a b'],
  ['{{ "a\\tb" }}{{ `c\\n` }}', 'a\tbc\\n'],
  ['{{ reReplaceAll "([a-z]+)-\\\\d" "$1" $labels.instance }}', 'web.example.com:9090'],
  ['{{ match "^web" $labels.instance }} {{ toUpper "ab" }} {{ title "a bc" }}', 'true AB A Bc'],
  ['{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }}', 'web-1.example.com web-1:9090'],
  ['{{ and 1 0 }} {{ or 0 "x" }} {{ not true }} {{ len "abc" }}', '0 x false 3'],
  ['{{ range 3 }}{{ . }}{{ if eq . 1 }}{{ break }}{{ end }}{{ end }}', '01'],
  ['{{ 1000000.0 }} {{ 123456.0 }} {{ 0.00001 }} {{ 1e21 }}', '1e+06 123456 1e-05 1e+21'],
])('%s', async (source, expected) => {
  expect(await expand(source)).toBe(expected);
});

test.each([
  ['{{ $value', 'fault: unclosed action: }} is missing'],
  ['{{ if true }}x', 'fault: {{if}} without {{end}}'],
  ['{{ end }}', 'fault: unexpected {{end}}'],
  ['{{ nonsense 1 }}', 'fault: function "nonsense" not defined'],
  ['{{ $nowhere }}', 'fault: undefined variable "$nowhere"'],
  ['{{ humanize "abc" }}', 'fault: humanize: not a number: abc'],
  ['{{ query "bad(" | first }}', 'fault: does not parse'],
  ['{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}', 'fault: template takes more than 100000 steps'],
  ['{{ match "(" "x" }}', 'fault: match: error parsing regexp: missing closing ): `(`'],
])('%s is refused', async (source, expected) => {
  expect(await expand(source)).toBe(expected);
});

test('values that are no ordinary numbers are printed as Go does', async () => {
  expect(await expand('{{ $value }}', Number.POSITIVE_INFINITY)).toBe('+Inf');
  expect(await expand('{{ humanize $value }}', Number.NaN)).toBe('NaN');
});
