import { type Situation, splitWords } from './situations.ts';

const inside = (name: string, command: string): Situation => ({
  args: ['exec', name, 'sh', '-c', command],
});
const inspectOf = (format: string, name: string): Situation => ({
  args: ['inspect', '-f', format, name],
});
const networkOf = (format: string, name: string): Situation => ({
  args: ['network', 'inspect', '-f', format, name],
});
const endpointsOf = (name: string): Situation =>
  inspectOf(
    '{{range $n, $e := .NetworkSettings.Networks}}{{$n}}={{$e.IPAddress}} {{$e.MacAddress}} {{$e.GlobalIPv6Address}};{{end}}',
    name,
  );
/** Addresses that a name has, sorted. */
const lookup = (name: string, asked: string, type = 'a'): Situation =>
  inside(
    name,
    `nslookup -type=${type} ${asked} 127.0.0.11 2>&1 | sed 1,3d | grep -E 'Address|name =|NXDOMAIN|SERVFAIL|REFUSED' | sort`,
  );
const reverse = (name: string, address: string): Situation =>
  inside(name, `nslookup ${address} 127.0.0.11 2>&1 | sed 1,3d | grep 'name =' | sort`);
const silent =
  'where no other server answers, Docker 28 and ours say SERVFAIL and Docker 20.10 nothing';
const differs = (situation: string | Situation, reason: string): Situation => ({
  ...(typeof situation === 'string' ? { args: splitWords(situation) } : situation),
  differs: reason,
});

/** Names, addresses, files and ports of containers while they come, move and go. */
const lines: readonly (string | Situation)[] = [
  'network create --subnet 10.50.0.0/24 blue',
  'network create --subnet 10.51.0.0/24 red',
  'network create --ipv6 --subnet 10.52.0.0/24 --subnet fd52::/64 both',
  // Names.
  'run -d --name web --hostname front --network blue --network-alias site --network-alias shared --dns 127.0.0.1 parity sleep 600',
  'run -d --name db --network blue --network-alias shared --dns 127.0.0.1 parity sleep 600',
  'run -d --name far --network red --dns 127.0.0.1 parity sleep 600',
  lookup('db', 'web'),
  lookup('db', 'WEB'),
  lookup('db', 'web.blue'),
  lookup('db', 'site'),
  lookup('db', 'site.blue'),
  lookup('db', 'shared'),
  lookup('db', 'web', 'aaaa'),
  lookup('db', 'web', 'mx'),
  lookup('db', 'web', 'ptr'),
  differs(lookup('db', 'far'), silent),
  differs(lookup('db', 'web.red'), silent),
  reverse('db', '10.50.0.2'),
  reverse('web', '10.50.0.3'),
  inside('db', 'ping -c 1 -W 2 web >/dev/null; echo $?'),
  inside('db', 'grep -v ^# /etc/resolv.conf'),
  'network connect --alias guest red db',
  lookup('far', 'db'),
  lookup('far', 'guest'),
  lookup('db', 'far'),
  lookup('db', 'far.red'),
  'network disconnect red db',
  differs(lookup('far', 'guest'), silent),
  'rename web site2',
  lookup('db', 'site2'),
  lookup('db', 'site'),
  'stop -t 0 site2',
  lookup('db', 'shared'),
  'start site2',
  lookup('db', 'site'),
  // Addresses: the lowest that is free; those that were asked for are kept.
  endpointsOf('site2'),
  'run -d --name fixed --network blue --ip 10.50.0.50 parity sleep 600',
  endpointsOf('fixed'),
  'restart -t 0 fixed',
  endpointsOf('fixed'),
  'stop -t 0 fixed',
  endpointsOf('fixed'),
  'run --rm --network blue --ip 10.50.0.50 parity hostname -i',
  'start fixed',
  endpointsOf('fixed'),
  'rm -f fixed',
  // Both families.
  'run -d --name six --network both --ip6 fd52::77 parity sleep 600',
  endpointsOf('six'),
  inside('six', 'ip -6 route | grep -v fe80 | cut -d" " -f1-5 | sort'),
  inside('six', 'cat /proc/sys/net/ipv6/conf/eth0/disable_ipv6'),
  inside('six', 'grep six /etc/hosts; grep -c fd52::77 /etc/hosts'),
  lookup('six', 'six', 'aaaa'),
  networkOf('{{range .Containers}}{{.IPv4Address}} {{.IPv6Address}}{{end}}', 'both'),
  // Files.
  differs(
    'run --rm --hostname h.example --add-host a:10.9.9.9 --add-host b:fd00::9 parity cat /etc/hosts',
    'as Docker 28 writes it',
  ),
  'run --rm --hostname h --domainname d.example parity sh -c hostname',
  differs(
    'run --rm --dns 192.0.2.9 --dns-search x.example --dns-opt rotate parity grep -v ^# /etc/resolv.conf',
    'as Docker 28 writes it',
  ),
  'run --rm --dns-search . --dns 192.0.2.9 parity grep -v ^# /etc/resolv.conf',
  'run --rm --network blue --add-host a:10.9.9.9 parity grep -c 10.9.9.9 /etc/hosts',
  differs('run --rm --network none parity cat /etc/hosts', 'as Docker 28 writes it'),
  differs(
    inside('db', 'grep -c "^10.50.0.3" /etc/hosts'),
    'in Docker 20.10 a disconnect from another network takes this line along',
  ),
  'network connect --ip 10.51.0.9 red db',
  inside('db', 'grep -c "^10.51.0.9" /etc/hosts'),
  inside('db', 'ip route | grep -c default'),
  'network disconnect -f red db',
  inside('db', 'grep -c "^10.51.0.9" /etc/hosts'),
  // Ports.
  'run -d --name ports -p 18100-18102:80-82 -p 127.0.0.1:18110:90/udp --expose 99 parity sleep 600',
  'port ports',
  inspectOf('{{json .NetworkSettings.Ports}}', 'ports'),
  'port ports 81/tcp',
  'port ports 90/udp',
  'port ports 90',
  differs('run --rm -p 18101:80 parity true', 'ours names the container that has the port'),
  'run -d --name all --expose 70-71 -P parity sleep 600',
  inspectOf('{{range $p, $b := .NetworkSettings.Ports}}{{$p}} {{len $b}};{{end}}', 'all'),
  'run --rm -p 80:80:80:80 parity true',
  'run --rm -p 70000:80 parity true',
  'run --rm -p 80-81:80 parity true',
  'run --rm -p 1.2.3:80:80 parity true',
  'network disconnect bridge ports',
  inspectOf('{{json .NetworkSettings.Ports}}', 'ports'),
  'network connect blue ports',
  'port ports 81/tcp',
  // What is used is not removed.
  differs('network rm blue red', 'ours are the texts of Docker 28'),
  'rm -f site2 db far six ports all',
  'network rm blue red both',
];

export const networkLifeSituations: readonly Situation[] = lines.map((line) =>
  typeof line === 'string' ? { args: splitWords(line) } : line,
);
