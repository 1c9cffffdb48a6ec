import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageRunConfig } from '@berth/oci';
import { applyChanges } from './apply-changes.ts';

const cases: readonly [change: string | string[], expected: ImageRunConfig][] = [
  ['CMD echo hello world', { Cmd: ['/bin/sh', '-c', 'echo hello world'] }],
  ['cmd ["a", "b c"]', { Cmd: ['a', 'b c'] }],
  ['CMD ["not json\']', { Cmd: ['/bin/sh', '-c', '["not json\']'] }],
  ['CMD []', { Cmd: [] }],
  [
    ['SHELL ["/bin/ash", "-e"]', 'CMD x'],
    { Shell: ['/bin/ash', '-e'], Cmd: ['/bin/ash', '-e', 'x'] },
  ],
  ['ENTRYPOINT ["/x"]', { Entrypoint: ['/x'] }],
  [['CMD ["a"]', 'ENTRYPOINT ["/x"]'], { Cmd: ['a'], Entrypoint: ['/x'] }],
  ['ENV A=1 B="two words" C=a\\ b', { Env: ['A=1', 'B=two words', 'C=a b'] }],
  ['ENV OLD the old form', { Env: ['OLD=the old form'] }],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the Dockerfile's
    ['ENV A=1', 'ENV B=$A/${A}x C=${D:-none} E=\'$A\' F="$A"'],
    { Env: ['A=1', 'B=1/1x', 'C=none', 'E=$A', 'F=1'] },
  ],
  [['ENV A=1', 'ENV A=2'], { Env: ['A=2'] }],
  ['ENV A=1 \\\n  B=2', { Env: ['A=1', 'B=2'] }],
  ['# a comment\n\nUSER me:group', { User: 'me:group' }],
  [
    'EXPOSE 80 8000-8002/udp',
    { ExposedPorts: { '80/tcp': {}, '8000/udp': {}, '8001/udp': {}, '8002/udp': {} } },
  ],
  [['ENV P=90', 'EXPOSE $P/sctp'], { Env: ['P=90'], ExposedPorts: { '90/sctp': {} } }],
  ['LABEL a=b "c d"="e f" g.h=', { Labels: { a: 'b', 'c d': 'e f', 'g.h': '' } }],
  ['LABEL old form', { Labels: { old: 'form' } }],
  ['VOLUME /a /b', { Volumes: { '/a': {}, '/b': {} } }],
  ['VOLUME ["/a b"]', { Volumes: { '/a b': {} } }],
  [['WORKDIR /a', 'WORKDIR b/../c'], { WorkingDir: '/a/c' }],
  ['STOPSIGNAL SIGUSR1', { StopSignal: 'SIGUSR1' }],
  ['ONBUILD RUN make', { OnBuild: ['RUN make'] }],
  ['HEALTHCHECK NONE', { Healthcheck: { Test: ['NONE'] } }],
  [
    'HEALTHCHECK --interval=1m30s --timeout=500ms --retries=4 --start-period=2s CMD curl x',
    {
      Healthcheck: {
        Test: ['CMD-SHELL', 'curl x'],
        Interval: 90e9,
        Timeout: 500e6,
        Retries: 4,
        StartPeriod: 2e9,
      },
    },
  ],
  ['HEALTHCHECK CMD ["curl", "x"]', { Healthcheck: { Test: ['CMD', 'curl', 'x'] } }],
];

for (const [change, expected] of cases) {
  test(`change: ${String(change).replaceAll('\n', '⏎')}`, () => {
    assert.deepEqual(applyChanges({}, Array.isArray(change) ? change : [change]), expected);
  });
}

const refused: Readonly<Record<string, string>> = {
  'RUN ls': 'run is not a valid change command',
  'FROM x': 'from is not a valid change command',
  'constructor x': 'constructor is not a valid change command',
  ENV: 'ENV requires at least one argument',
  'ENV A': 'ENV must have two arguments',
  'ENV =x': 'ENV names can not be blank',
  'ENV A=1 B': 'Syntax error - can\'t find = in "B". Must be of the form: name=value',
  'ENV A="open':
    'failed to process "\\"open": unexpected end of statement while looking for matching double-quote',
  'USER a b': 'USER requires exactly one argument',
  'EXPOSE 99999': 'invalid containerPort: 99999',
  'EXPOSE 80/icmp': 'invalid proto: icmp',
  'EXPOSE 90-80': 'invalid range specified for the Port: 90-80',
  'VOLUME [""]': 'VOLUME specified can not be an empty string',
  'SHELL /bin/sh': 'SHELL requires the arguments to be in JSON form',
  HEALTHCHECK: 'HEALTHCHECK requires at least one argument',
  'HEALTHCHECK CMD': 'Missing command after HEALTHCHECK CMD',
  'HEALTHCHECK NONE now': 'HEALTHCHECK NONE takes no arguments',
  'HEALTHCHECK ping x': 'Unknown type "PING" in HEALTHCHECK (try CMD)',
  'HEALTHCHECK --interval=x CMD y': 'time: invalid duration "x"',
  'HEALTHCHECK --interval=1us CMD y': 'Interval "interval" cannot be less than 1ms',
  'ONBUILD ONBUILD RUN x': "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
  'ONBUILD FROM x': "FROM isn't allowed as an ONBUILD trigger",
};

for (const [change, message] of Object.entries(refused)) {
  test(`refused: ${change}`, () => {
    assert.throws(
      () => applyChanges({}, [change]),
      (error: Error) => {
        assert.equal(error.message.replaceAll('\\"', '"'), message.replaceAll('\\"', '"'));
        return true;
      },
    );
  });
}

test('changes add to a configuration and leave the given one alone', () => {
  const base: ImageRunConfig = { Env: ['A=1'], Cmd: ['base'], Labels: { a: 'b' } };
  const changed = applyChanges(base, ['ENTRYPOINT ["/x"]', 'LABEL c=d', 'WORKDIR rel']);
  assert.deepEqual(changed, {
    Env: ['A=1'],
    Entrypoint: ['/x'],
    Labels: { a: 'b', c: 'd' },
    WorkingDir: '/rel',
  });
  assert.deepEqual(base, { Env: ['A=1'], Cmd: ['base'], Labels: { a: 'b' } });
});
