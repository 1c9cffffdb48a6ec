import type { EndpointRecord } from './endpoint-record.ts';
import type { NetworkRecord } from './network-record.ts';

/** An endpoint with the network that it is in. */
export interface Attachment {
  readonly network: NetworkRecord;
  readonly endpoint: EndpointRecord;
}
