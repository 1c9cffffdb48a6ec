import type { Kernel } from '@berth/kernel';
import type { DaemonConfig } from '../config/option-table.ts';
import { hasCgroupNamespaces } from './host-facts.ts';

/** What stands between containers and the host, as `info` lists it. */
export function securityOptions({ host }: Kernel, config: DaemonConfig): string[] {
  const { seccomp, appArmor } = host.security;
  const profile = config['seccomp-profile'];
  return [
    ...(appArmor ? ['name=apparmor'] : []),
    ...(seccomp ? [`name=seccomp,profile=${profile === '' ? 'builtin' : profile}`] : []),
    ...(hasCgroupNamespaces() ? ['name=cgroupns'] : []),
    ...(config['userns-remap'] === '' ? [] : ['name=userns']),
    ...(config['no-new-privileges'] ? ['name=no-new-privileges'] : []),
  ];
}
