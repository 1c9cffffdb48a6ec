import { paritySuite } from './parity-suite.ts';
import type { Situation } from './situations.ts';

const changes = [
  'CMD ["a","b c"]',
  'ENV B=2 C="3 4"',
  'EXPOSE 90/udp',
  'LABEL x=y',
  'USER somebody',
  'VOLUME /v',
  'WORKDIR sub',
  'ONBUILD RUN make',
  'HEALTHCHECK --interval=5s CMD true',
].flatMap((line) => ['-c', line]);

const config = ['Env', 'Cmd', 'Entrypoint', 'ExposedPorts', 'Labels', 'User', 'Volumes']
  .concat(['WorkingDir', 'OnBuild', 'StopSignal', 'Healthcheck'])
  .map((name) => `${name}={{json .Config.${name}}}`)
  .join(' ');

const inspect = (name: string): Situation[] => [
  { args: ['image', 'inspect', '-f', config, name] },
  { args: ['image', 'inspect', '-f', '{{.Author}}|{{.Comment}}|{{len .RootFS.Layers}}', name] },
  { args: ['history', '--no-trunc', '--format', '{{.CreatedBy}}|{{.Comment}}', name] },
];

const script = 'echo x > /made; rm /bin/cat; rm -r /etc; mkdir /etc; exec true';
const options = ['-e', 'A=1', '--label', 'l=1', '-w', '/w', '--expose', '80', '-v', '/kept'];

const situations: Situation[] = [
  { args: ['run', '--name', 'pc', ...options, 'parity', 'sh', '-c', script] },
  { args: ['commit', 'pc', 'made:plain'] },
  ...inspect('made:plain'),
  { args: ['run', '--rm', '--entrypoint', 'ls', 'made:plain', '/etc', '/made', '/bin/cat'] },
  { args: ['commit', '-a', 'Some Body', '-m', 'a note', ...changes, 'pc', 'made:changed'] },
  ...inspect('made:changed'),
  { args: ['commit', '-c', 'ENTRYPOINT ["/entry"]', 'pc', 'made:entry'] },
  ...inspect('made:entry'),
  { args: ['commit', '-c', 'RUN x', 'pc'] },
  {
    args: ['commit', '-c', 'EXPOSE x', 'pc'],
    differs: 'ours is the text of Docker 28, the reference here is Docker 20.10',
  },
  { args: ['commit', 'pc', 'UPPER'] },
  { args: ['commit', 'pc', 'name:bad:tag'] },
  { args: ['commit', 'nobody', 'made:never'] },
  { args: ['run', '-d', '--name', 'live', 'parity', 'sleep', '600'], compare: 'code' },
  { args: ['commit', 'live', 'made:live'] },
  { args: ['inspect', '-f', '{{.State.Status}}', 'live'] },
  { args: ['rm', '-f', '-v', 'pc', 'live'] },
];

paritySuite(situations);
