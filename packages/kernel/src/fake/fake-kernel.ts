import type { CgroupHost, CgroupLayout } from '../cgroups.ts';
import type { Kernel } from '../kernel.ts';
import {
  CallLog,
  type FailurePoint,
  type PortName,
  type RecordedCall,
  recorded,
} from './call-log.ts';
import { FakeCgroups } from './fake-cgroups.ts';
import { FakeConntrack } from './fake-conntrack.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeFirewall, type FirewallAnswer } from './fake-firewall.ts';
import { FakeHost, type FakeHostOptions } from './fake-host.ts';
import { FakeLinks } from './fake-links.ts';
import { FakeMounts } from './fake-mounts.ts';
import { FakeNamespaces } from './fake-namespaces.ts';
import { FakeNetworks } from './fake-network.ts';
import { FakePorts } from './fake-ports.ts';
import { FakeProcesses, type FakeProcessOptions } from './fake-processes.ts';

export interface FakeKernelOptions {
  readonly cgroupLayout?: CgroupLayout;
  readonly cgroupHost?: Partial<CgroupHost>;
  readonly host?: FakeHostOptions;
  readonly processes?: FakeProcessOptions;
  readonly firewallAnswer?: FirewallAnswer;
}

/** A kernel in memory that records every call and can fail any of them. */
export interface FakeKernel extends Kernel {
  readonly mounts: FakeMounts;
  readonly namespaces: FakeNamespaces;
  readonly links: FakeLinks;
  readonly firewall: FakeFirewall;
  readonly conntrack: FakeConntrack;
  readonly ports: FakePorts;
  readonly cgroups: FakeCgroups;
  readonly files: FakeFiles;
  readonly processes: FakeProcesses;
  readonly host: FakeHost;
  /** Links, addresses and routes behind `links` and `namespaces`: the host's and the pinned ones'. */
  readonly networks: FakeNetworks;
  /** Every call so far, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** `port.method` of every call, oldest first. */
  readonly callNames: readonly string[];
  /**
   * Makes one call fail: the n-th of all from now on (counted from 1), or the n-th of one method.
   * The call is recorded and has no effect.
   */
  failOn(point: FailurePoint, error: Error): void;
}

export function createFakeKernel(options: FakeKernelOptions = {}): FakeKernel {
  const log = new CallLog();
  const networks = new FakeNetworks();
  const port = <Port extends object>(name: PortName, target: Port) => recorded(log, name, target);
  const answer = options.firewallAnswer ?? (() => ({ nftables: [] }));
  return {
    mounts: port('mounts', new FakeMounts()),
    namespaces: port('namespaces', new FakeNamespaces(networks)),
    links: port('links', new FakeLinks(networks, log)),
    firewall: port('firewall', new FakeFirewall(log, answer)),
    conntrack: port('conntrack', new FakeConntrack()),
    ports: port('ports', new FakePorts()),
    cgroups: port('cgroups', new FakeCgroups(options.cgroupLayout ?? 'v2', options.cgroupHost)),
    files: port('files', new FakeFiles()),
    processes: port('processes', new FakeProcesses(options.processes)),
    host: port('host', new FakeHost(options.host)),
    networks,
    calls: log.calls,
    get callNames() {
      return log.calls.map((call) => `${call.port}.${call.method}`);
    },
    failOn: (point, error) => log.failOn(point, error),
  };
}
