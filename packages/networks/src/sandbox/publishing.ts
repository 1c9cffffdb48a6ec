import { engineError } from '@berth/errors';
import type { Attachment } from '../model/attachment.ts';
import { gatewayMode, networkOption } from '../model/network-options.ts';
import type { PortLease } from '../model/port-lease.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import type { PublishRecord } from '../ports/port-bindings.ts';
import { type PublishPlan, planPublishing } from '../ports/publish-plan.ts';
import { chooseGateways } from './gateway-choice.ts';

/** The endpoints that published ports lead to, by family of the client. */
export interface PublishTargets {
  readonly ipv4?: Attachment;
  readonly ipv6?: Attachment;
}

/** Ports follow the default gateway, where its driver can publish; internal networks publish nothing. */
export function publishTargets(
  context: Pick<NetworkContext, 'drivers'>,
  attachments: readonly Attachment[],
): PublishTargets {
  const { ipv4, ipv6 } = chooseGateways(attachments);
  const able = (attachment: Attachment | undefined) =>
    attachment !== undefined && context.drivers.get(attachment.network.driver)?.publishes === true;
  return {
    ...(ipv4 !== undefined && able(ipv4) ? { ipv4 } : {}),
    ...(ipv6 !== undefined && able(ipv6) ? { ipv6 } : {}),
  };
}

/** What the sandbox publishes and exposes with these endpoints. Nothing without an interface of its own. */
export function publishPlan(
  { config }: Pick<NetworkContext, 'config'>,
  publish: PublishRecord,
  attachments: readonly Attachment[],
  { ipv4, ipv6 }: PublishTargets,
): PublishPlan {
  if (!attachments.some(({ endpoint }) => endpoint.interfaceName !== undefined)) {
    return { publish: [], exposed: [] };
  }
  const binding = ipv4?.network.options[networkOption.hostBindingIpv4];
  return planPublishing({
    ...publish,
    defaultHostAddress: binding || config.defaultHostAddress,
    ipv4: ipv4 !== undefined,
    ipv6: ipv6 !== undefined ? 'native' : config.ipv6Relay && ipv4 !== undefined ? 'relay' : 'none',
  });
}

/**
 * Takes the host ports of a plan: all or none. Where the network is routed no host port is needed. Fails with
 * networks.port-allocated and its like.
 */
export async function acquirePorts(
  context: NetworkContext,
  owner: Pick<SandboxRecord, 'containerId' | 'containerName'>,
  targets: PublishTargets,
  plan: PublishPlan['publish'],
): Promise<PortLease[]> {
  const first = targets.ipv4 ?? targets.ipv6;
  if (first === undefined || plan.length === 0) return [];
  checkFirewall(context, owner, first, plan);
  const routed = plan.flatMap((request) => routedLeases(owner.containerId, targets, request));
  const bound = plan.flatMap((request) => {
    const hostAddresses = request.hostAddresses.filter(
      ({ address }) => !isRouted(targets, address.includes(':') ? 6 : 4),
    );
    return hostAddresses.length === 0 ? [] : [{ ...request, hostAddresses }];
  });
  const taken = await context.ports.acquire(bound, {
    containerId: owner.containerId,
    endpointId: first.endpoint.id,
    endpointName: owner.containerName,
    address: bareAddress(first.endpoint.ipv4 ?? first.endpoint.ipv6),
  });
  return [...taken.map((lease) => retarget(lease, targets) ?? lease), ...routed];
}

/** The lease led to the endpoint that now serves its family; undefined when there is none. */
export function retarget(lease: PortLease, targets: PublishTargets): PortLease | undefined {
  const target = lease.hostAddress.includes(':') ? (targets.ipv6 ?? targets.ipv4) : targets.ipv4;
  return target === undefined ? undefined : { ...lease, endpointId: target.endpoint.id };
}

function routedLeases(
  containerId: string,
  targets: PublishTargets,
  request: PublishPlan['publish'][number],
): PortLease[] {
  return ([4, 6] as const).flatMap((family) => {
    const target = family === 4 ? targets.ipv4 : targets.ipv6;
    if (target === undefined || !isRouted(targets, family)) return [];
    const { port: containerPort, protocol, count } = request;
    return [
      {
        ...{ protocol, containerPort, containerId, count },
        hostAddress: family === 4 ? '0.0.0.0' : '::',
        hostPort: 0,
        endpointId: target.endpoint.id,
      },
    ];
  });
}

/** Whether clients of this family reach the container by its own address. */
function isRouted(targets: PublishTargets, family: 4 | 6): boolean {
  const target = family === 4 ? targets.ipv4 : targets.ipv6;
  return target !== undefined && gatewayMode(target.network.options, family) === 'routed';
}

function checkFirewall(
  { config }: NetworkContext,
  owner: Pick<SandboxRecord, 'containerName'>,
  { endpoint }: Attachment,
  plan: PublishPlan['publish'],
): void {
  const respects = config.publishMode === 'respect';
  if (respects && plan.some(({ protocol }) => protocol === 'sctp')) {
    throw engineError('networks.publish-sctp-respect', {
      name: owner.containerName,
      id: endpoint.id,
    });
  }
  const served = config.firewall || config.ipv6Relay || respects;
  if (plan.some(({ protocol }) => !served || (!config.firewall && protocol === 'sctp'))) {
    const details = { name: owner.containerName, id: endpoint.id };
    throw engineError('networks.publish-without-firewall', details);
  }
}

function bareAddress(address: string | undefined): string {
  return address?.split('/')[0] ?? '';
}
