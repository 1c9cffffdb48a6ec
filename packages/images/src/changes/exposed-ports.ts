import { engineError } from '@berth/errors';

const specification = /^(\d+)(?:-(\d+))?(?:\/([a-zA-Z]+))?$/;
const protocols = new Set(['tcp', 'udp', 'sctp']);
const rangeLimit = 65_535;

/** Keys such as `80/tcp` of one EXPOSE argument: a port or a range, with an optional protocol. */
export function exposedPorts(text: string): string[] {
  const match = specification.exec(text);
  if (match === null) throw invalid(`invalid containerPort: ${text}`);
  const [, first = '', last = first, protocol = 'tcp'] = match;
  const start = Number(first);
  const end = Number(last);
  if (start > rangeLimit || end > rangeLimit) throw invalid(`invalid containerPort: ${text}`);
  if (end < start) throw invalid(`invalid range specified for the Port: ${first}-${last}`);
  const name = protocol.toLowerCase();
  if (!protocols.has(name)) throw invalid(`invalid proto: ${protocol}`);
  return Array.from({ length: end - start + 1 }, (_, offset) => `${start + offset}/${name}`);
}

function invalid(reason: string): Error {
  return engineError('images.invalid-change', { reason });
}
