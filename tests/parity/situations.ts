/** One command of the docker client, run against both engines in the same order. */
export interface Situation {
  readonly args: readonly string[];
  readonly input?: string;
  /** Why the answers differ on purpose; without it they must be the same. */
  readonly differs?: string;
  /** Part of the answer that is compared; default both streams and the exit status. `lines`: in any order. */
  readonly compare?: 'code' | 'stdout' | 'lines';
}

/** An archive without members. */
const emptyTar = '\0'.repeat(1024);

export const newerTexts = 'ours are the texts of Docker 28, the reference here is Docker 20.10';
const newerValues = 'ours are the values of Docker 28, the reference here is Docker 20.10';

const inspectFormats: readonly (string | readonly [format: string, differs: string])[] = [
  '{{.State.Status}} {{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}',
  '{{.Path}} {{json .Args}} {{.Config.Image}}',
  '{{json .Config.Env}} {{json .Config.Cmd}} {{json .Config.Entrypoint}}',
  '{{json .HostConfig.RestartPolicy}} {{json .HostConfig.LogConfig}} {{.HostConfig.ShmSize}}',
  '{{json .HostConfig.CapAdd}} {{json .HostConfig.CapDrop}} {{.HostConfig.IpcMode}} {{json .HostConfig.PortBindings}}',
  ['{{.HostConfig.NetworkMode}}', newerValues],
  ['{{json .HostConfig.MaskedPaths}}', newerValues],
  '{{json .NetworkSettings.Ports}} {{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}}',
  '{{.Driver}} {{.Platform}} {{.RestartCount}} {{.Name}}',
];

/** Shell lines, split at blanks: the everyday life of a container. */
const lines: readonly (string | Situation)[] = [
  'run --rm parity echo hello',
  'run --rm parity id',
  'run --rm -u nobody parity id',
  'run --rm -u nosuch parity true',
  'run --rm -w /new/dir parity pwd',
  'run --rm -e A=b parity env',
  'run --rm -h box parity hostname',
  { args: ['run', '--rm', 'parity', 'cat', '/etc/hosts'], differs: newerTexts },
  'run --rm --add-host a:1.2.3.4 parity grep 1.2.3.4 /etc/hosts',
  'run --rm parity grep Cap /proc/self/status',
  'run --rm --cap-drop ALL parity grep Cap /proc/self/status',
  'run --rm --cap-add NET_ADMIN parity grep CapBnd /proc/self/status',
  'run --rm --security-opt seccomp=unconfined parity grep Seccomp: /proc/self/status',
  'run --rm --security-opt no-new-privileges parity grep NoNewPrivs /proc/self/status',
  // crun adds a link to /proc/kcore, runc does not.
  'run --rm parity sh -c ls\\ /dev\\ |\\ grep\\ -v\\ core',
  'run --rm parity ls /proc/self/fd',
  'run --rm parity cat /proc/1/cmdline',
  'run --rm parity sh -c ulimit\\ -n;umask',
  'run --rm --ulimit nofile=100:200 parity sh -c ulimit\\ -Sn;ulimit\\ -Hn',
  'run --rm --shm-size 1m parity grep /dev/shm /proc/mounts',
  'run --rm --tmpfs /t:size=1m parity grep "^tmpfs\\ /t\\ " /proc/mounts',
  'run --rm --read-only parity touch /x',
  {
    args: ['run', '--rm', '--network', 'none', 'parity', 'ip', 'addr'],
    differs: 'the loopback of a container has its IPv6 address, as in Docker 28',
  },
  'run --rm parity ip route',
  'run --rm --pid host parity true',
  'run --rm parity sh -c exit\\ 3',
  'run --rm parity sh -c kill\\ -9\\ $$',
  { args: ['run', '--rm', 'parity', 'nosuchprogram'], compare: 'code' },
  { args: ['run', '--rm', 'parity', '/etc/passwd'], compare: 'code' },
  { args: ['run', '--rm', '-m', '1m', 'parity', 'true'] },
  { args: ['run', '--rm', '--name', '-x', 'parity', 'true'] },
  { args: ['run', '--rm', '-v', 'a/b:/c', 'parity', 'true'] },
  { args: ['run', '--rm', '-v', '/x:relative', 'parity', 'true'] },
  { args: ['run', '--rm', '--network', 'nosuch', 'parity', 'true'], compare: 'code' },
  { args: ['run', '--rm', '--cap-add', 'NOSUCH', 'parity', 'true'], compare: 'code' },
  { args: ['run', '--rm', '--device', '/dev/nosuch', 'parity', 'true'] },
  'create --name c1 --label a=b -p 8080:80 parity sleep 100',
  'create --name c1 parity',
  'start c1',
  'start c1',
  ...inspectFormats.map((entry): Situation => {
    const [format, differs] = typeof entry === 'string' ? [entry] : entry;
    const args = ['inspect', '-f', format, 'c1'];
    return differs === undefined ? { args } : { args, differs };
  }),
  'port c1',
  'ps --format {{.Names}}|{{.Image}}|{{.Command}}|{{.Ports}}',
  'exec c1 echo in',
  'exec -w /etc c1 pwd',
  'exec -u nobody c1 id',
  { args: ['exec', 'c1', 'nosuch'], compare: 'code', differs: newerValues },
  { args: ['exec', '-i', 'c1', 'cat'], input: 'some input\n' },
  'pause c1',
  'pause c1',
  'exec c1 true',
  'unpause c1',
  'rename c1 c2',
  'rename c2 c2',
  'kill -s NOSUCH c2',
  'stop -t 0 c2',
  'inspect -f {{.State.Status}}:{{.State.ExitCode}} c2',
  'stop c2',
  { args: ['kill', 'c2'], differs: newerTexts },
  { args: ['exec', 'c2', 'true'], differs: newerTexts },
  'rm c2',
  'rm c2',
  'start nosuch',
  'logs nosuch',
  'wait nosuch',
  'run --name ll parity sh -c echo\\ e\\ >&2;sleep\\ 0.1;echo\\ o',
  'logs ll',
  'logs --tail 1 ll',
  'diff ll',
  'rm ll',
  'create --name f1 --read-only -v fv:/v:ro parity',
  'cp f1:/nosuch -',
  'cp nosuch:/x -',
  'cp f1:/etc/passwd /nosuch/folder/x',
  'cp f1:/etc/group f1:/x',
  'cp - f1:/etc/passwd',
  { args: ['cp', '-', 'f1:/etc'], input: emptyTar },
  { args: ['cp', '-', 'f1:/v'], input: emptyTar },
  { args: ['cp', '-', 'f1:/nosuch'], input: emptyTar },
  { args: ['cp', 'f1:/etc/group', '-'], compare: 'code' },
  'rm -v f1',
  'run -d --name h1 --health-cmd true --health-interval 1h parity sleep 100',
  'inspect -f {{json\\ .Config.Healthcheck}} h1',
  'inspect -f {{.State.Health.Status}}|{{.State.Health.FailingStreak}} h1',
  'ps -f health=starting --format {{.Names}}',
  { args: ['ps', '-f', 'health=nosuch'], differs: newerTexts },
  'run --rm --health-interval 1us --health-cmd x parity true',
  'update -m 1m h1',
  'update --memory 32m --memory-swap 16m h1',
  'update --memory 32m --memory-swap 64m h1',
  'update --memory 128m h1',
  { args: ['update', '--cpus', '99', 'h1'], differs: newerTexts },
  'update --cpus 0.5 h1',
  'update --cpu-quota 5000 h1',
  'update --blkio-weight 5 h1',
  { args: ['update', '--restart', 'nosuch', 'h1'], differs: newerTexts },
  'update --pids-limit 5 h1',
  'inspect -f {{.HostConfig.PidsLimit}}|{{.HostConfig.Memory}}|{{.HostConfig.NanoCpus}} h1',
  'stats --no-stream --format {{.Name}} h1',
  'stats --no-stream nosuch',
  'top h1 -o comm',
  'rm -f h1',
  'run --rm --gpus all parity true',
  'run --rm --device-cgroup-rule x parity true',
  'run --rm --memory-swappiness 101 parity true',
  'run --rm --blkio-weight 5 parity true',
  'volume create v1 --label x=y',
  'volume create v1',
  'volume create x',
  'volume ls --format {{.Driver}}:{{.Name}}',
  'volume inspect -f {{json\\ .Labels}}|{{.Scope}}|{{.Driver}} v1',
  'run --rm -v v1:/d parity sh -c echo\\ 1\\ >/d/f',
  'run --rm -v v1:/d:ro parity touch /d/g',
  'volume rm nosuch',
  'volume rm v1',
  'tag parity other:1',
  'tag parity BAD',
  'rmi other:1',
  'rmi nosuch',
  'image inspect -f {{json\\ .Config.Cmd}}|{{.Os}}|{{.Architecture}} parity',
  'network ls --format {{.Name}}:{{.Driver}}:{{.Scope}}',
  'network inspect -f {{.Driver}}|{{(index\\ .IPAM.Config\\ 0).Subnet}} bridge',
  'network inspect nosuch',
  { args: ['ps', '-f', 'nosuch=1'], differs: newerTexts },
  'ps -aq',
];

export const situations: readonly Situation[] = lines.map((line) =>
  typeof line === 'string' ? { args: splitWords(line) } : line,
);

/** Words of a line; a backslash keeps a blank in its word, double quotes are dropped. */
export function splitWords(line: string): string[] {
  return line
    .replaceAll('\\ ', '\0')
    .split(' ')
    .map((word) => word.replaceAll('\0', ' ').replaceAll('"', ''));
}
