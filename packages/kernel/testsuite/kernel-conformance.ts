import { describe } from 'node:test';
import { cgroupConformance } from './cgroup-conformance.ts';
import { fileConformance } from './file-conformance.ts';
import { firewallConformance } from './firewall-conformance.ts';
import type { MakeHarness } from './harness.ts';
import { hostConformance } from './host-conformance.ts';
import { linkConformance } from './link-conformance.ts';
import { mountConformance } from './mount-conformance.ts';
import { namespaceConformance } from './namespace-conformance.ts';
import { portConformance } from './port-conformance.ts';

/** What callers of the port may rely on, whichever kernel is behind it. */
export function kernelConformance(name: string, makeHarness: MakeHarness): void {
  describe(`${name} kernel`, () => {
    mountConformance(makeHarness);
    namespaceConformance(makeHarness);
    linkConformance(makeHarness);
    firewallConformance(makeHarness);
    portConformance(makeHarness);
    cgroupConformance(makeHarness);
    fileConformance(makeHarness);
    hostConformance(makeHarness);
  });
}
