export { Forwarder } from './forward/forwarder.ts';
export { QuerySlots } from './forward/query-slots.ts';
export { showUpstream, type UpstreamServer } from './forward/upstream.ts';
export { upstreamSockets } from './forward/upstream-socket.ts';
export { type NamedAddress, NameIndex } from './names/name-index.ts';
export type { VisibleNetwork } from './names/resolve-name.ts';
export { answerMessage, type NameServerView } from './server/name-server.ts';
export { openNameServer } from './server/open-name-server.ts';
export { resolverAddress } from './server/redirect-commands.ts';
