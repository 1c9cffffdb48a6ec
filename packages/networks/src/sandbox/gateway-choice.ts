import type { Attachment } from '../model/attachment.ts';

/** The endpoints whose gateways the default routes of a sandbox lead to, by family. */
export interface GatewayChoice {
  readonly ipv4?: Attachment;
  readonly ipv6?: Attachment;
}

/**
 * As Docker chooses: the highest `--gw-priority`; then networks with gateways of both families; then by the
 * name of the network. Endpoints without a gateway (internal networks) are none to choose from.
 */
export function chooseGateways(attachments: readonly Attachment[]): GatewayChoice {
  const candidates = attachments.filter(({ endpoint }) => gatewayCount(endpoint) > 0).sort(better);
  const ipv4 = candidates.find(({ endpoint }) => hasGateway(endpoint, 4));
  const ipv6 = candidates.find(({ endpoint }) => hasGateway(endpoint, 6));
  return {
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
  };
}

/** Whether the endpoint has a way out for this family. */
export function hasGateway(endpoint: Attachment['endpoint'], family: 4 | 6): boolean {
  const [address, gateway] =
    family === 4 ? [endpoint.ipv4, endpoint.gateway4] : [endpoint.ipv6, endpoint.gateway6];
  return address !== undefined && (gateway !== undefined || endpoint.deviceRoute === true);
}

function gatewayCount(endpoint: Attachment['endpoint']): number {
  return Number(hasGateway(endpoint, 4)) + Number(hasGateway(endpoint, 6));
}

function better(a: Attachment, b: Attachment): number {
  const priority = ({ endpoint }: Attachment) => endpoint.settings.GwPriority ?? 0;
  return (
    priority(b) - priority(a) ||
    gatewayCount(b.endpoint) - gatewayCount(a.endpoint) ||
    (a.network.name < b.network.name ? -1 : 1)
  );
}
