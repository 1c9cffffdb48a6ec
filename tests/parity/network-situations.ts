import { type Situation, splitWords } from './situations.ts';

const subnet = '{{json .IPAM.Config}}';
const networksOf =
  '{{range $n, $e := .NetworkSettings.Networks}}{{$n}}={{$e.IPAddress}}/{{$e.IPPrefixLen}},{{$e.Gateway}} {{end}}';
const inspectOf = (format: string, name: string): Situation => ({
  args: ['inspect', '-f', format, name],
});
const networkOf = (format: string, name: string): Situation => ({
  args: ['network', 'inspect', '-f', format, name],
});
const inside = (name: string, command: string): Situation => ({
  args: ['exec', name, 'sh', '-c', command],
});

const newerTexts = 'ours are the texts of Docker 28, the reference here is Docker 20.10';
const newerValues = 'ours are the values of Docker 28, the reference here is Docker 20.10';
const words = (line: string, differs: string): Situation => ({ args: splitWords(line), differs });

/** What users do with networks, in an order in which each step finds what the ones before have made. */
const lines: readonly (string | Situation)[] = [
  'network create app',
  'network create app',
  'network create bridge',
  'network create host',
  words('network create --driver nosuch x', newerTexts),
  'network create --driver host x',
  'network create --driver null x',
  'network create --driver overlay x',
  networkOf(
    '{{.Driver}} {{.Scope}} {{.EnableIPv6}} {{.Internal}} {{.Attachable}} {{.Ingress}} {{.ConfigOnly}}',
    'app',
  ),
  networkOf(subnet, 'app'),
  networkOf('{{json .Containers}} {{json .Options}} {{json .Labels}}', 'app'),
  'network create --subnet 10.40.0.0/16 --ip-range 10.40.5.0/24 --gateway 10.40.5.254 --aux-address a=10.40.5.1 ranged',
  networkOf(subnet, 'ranged'),
  words('network create --subnet 10.40.1.0/24 overlapping', 'ours names both subnets'),
  words('network create --subnet 10.41.0.0/33 bad', newerTexts),
  'network create --subnet 10.41.0.0/24 --gateway 10.42.0.1 bad',
  words(
    'network create --subnet 10.41.0.7/24 bad',
    'bits behind the prefix are refused, as by Docker 28',
  ),
  words('network rm bad', 'it was made by Docker 20.10 alone'),
  'network create --internal inner',
  'network create --label a=b --label c -o com.docker.network.driver.mtu=1400 labelled',
  networkOf('{{json .Labels}} {{json .Options}}', 'labelled'),
  'network ls -f driver=bridge --format {{.Name}}',
  'network ls -f type=custom --format {{.Name}}',
  'network ls -f type=builtin --format {{.Name}}',
  words('network ls -f type=nosuch', newerTexts),
  'network ls -f label=a=b --format {{.Name}}',
  'network ls -f name=ran --format {{.Name}}',
  'network ls -f scope=local --format {{.Name}}',
  'network ls -f dangling=true --format {{.Name}}',
  words('network ls -f nosuch=x', newerTexts),
  'network rm bridge',
  'network rm none',
  'network rm nosuch',
  'network inspect nosuch',
  'run -d --name c1 --network app parity sleep 600',
  inspectOf(networksOf, 'c1'),
  inspectOf('{{.HostConfig.NetworkMode}}', 'c1'),
  inside('c1', 'ip route'),
  inside('c1', 'ip -o addr show eth0 | grep -v inet6 | cut -d: -f2-'),
  inside('c1', 'cat /sys/class/net/eth0/address'),
  'network connect ranged c1',
  inspectOf(networksOf, 'c1'),
  inside('c1', 'ip -o -4 addr | cut -d: -f2- | sort'),
  inside('c1', 'ip route | sort'),
  'network connect ranged c1',
  'network connect nosuch c1',
  'network connect app nosuch',
  'network connect host c1',
  'network connect none c1',
  words('network rm app', newerTexts),
  'network disconnect app c1',
  inspectOf(networksOf, 'c1'),
  inside('c1', 'ip route | sort'),
  'network disconnect app c1',
  'network disconnect nosuch c1',
  'network connect --ip 10.40.0.77 ranged c1',
  'network connect --alias one --alias two app c1',
  {
    ...inspectOf('{{json (index .NetworkSettings.Networks "app").Aliases}}', 'c1'),
    differs: newerValues,
  },
  words('network connect --ip 10.9.9.9 inner c1', newerTexts),
  'stop -t 0 c1',
  'network disconnect app c1',
  'network disconnect app c1',
  'network connect --ip 10.40.0.99 ranged c1',
  'start c1',
  { ...inspectOf(networksOf, 'c1'), differs: 'the settings of the second connect count' },
  words('run --rm --network ranged --ip 10.40.0.99 parity true', 'the address is taken, see above'),
  words('run --rm --network bridge --ip 172.17.0.99 parity true', newerTexts),
  'run --rm --network app --network-alias x parity ip route',
  'run --rm --network bridge --network-alias x parity true',
  'run --rm --network labelled parity cat /sys/class/net/eth0/mtu',
  words(
    'run --rm --network inner parity ip route',
    'internal networks have no default route, as in Docker 28',
  ),
  words(
    'run --rm --network app --mac-address 02:42:ac:11:00:77 parity cat /sys/class/net/eth0/address',
    'MAC addresses per network are of API 1.44',
  ),
  words(
    'run --rm --network host --mac-address 02:42:ac:11:00:77 parity true',
    'MAC addresses per network are of API 1.44',
  ),
  'run --rm --network container:nosuch parity true',
  'run --rm --network container:c1 -p 80:80 parity true',
  'run --rm --network container:c1 --hostname x parity true',
  'run --rm --network container:c1 parity cat /etc/hostname /sys/class/net/eth0/mtu',
  'run -d --name h1 --network host parity sleep 600',
  inspectOf('{{range $n, $e := .NetworkSettings.Networks}}{{$n}} {{end}}', 'h1'),
  'network connect app h1',
  'network disconnect host h1',
  'run -d --name n1 --network none parity sleep 600',
  'network connect app n1',
  inside('n1', 'ip -o link | wc -l'),
  'run -d --name db -e A=b --expose 5432 parity sleep 600',
  'run --rm --name user --link db:base parity env',
  'run --rm --name user --link db:base parity grep base /etc/hosts',
  'run --rm --name user --link nosuch parity true',
  'run --rm --network host --link db parity true',
  'run -d --name p1 -p 127.0.0.1:8081:80 -p 8082:81/udp parity sleep 600',
  'port p1',
  'port p1 80',
  'port p1 99',
  inspectOf('{{json .NetworkSettings.Ports}}', 'p1'),
  'stop -t 0 p1',
  inspectOf('{{json .NetworkSettings.Ports}}', 'p1'),
  'start p1',
  'port p1',
  words(
    'run --rm --name q1 -p 8082:81/udp parity true',
    'ours names the container that has the port',
  ),
  'rm -f c1 h1 n1 db p1',
  { args: ['network', 'prune', '-f'], compare: 'code' },
  'network ls --format {{.Name}}',
];

export const networkSituations: readonly Situation[] = lines.map((line) =>
  typeof line === 'string' ? { args: splitWords(line) } : line,
);
