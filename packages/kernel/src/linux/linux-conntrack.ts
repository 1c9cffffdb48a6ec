import { errnoOf } from '@berth/errors';
import type { Conntrack, FlowFilter } from '../conntrack.ts';
import {
  decodeFlow,
  deleteFlow,
  type ListedFlow,
  listFlows,
  matchesFlow,
  protocolNetfilter,
} from '../netlink/conntrack-message.ts';
import { NetlinkSocket } from '../netlink/netlink-socket.ts';
import { sysAddon } from '../sys/addon.ts';

/** ctnetlink in the calling thread's own network namespace. The table may be large: listing runs off the main thread. */
export class LinuxConntrack implements Conntrack {
  async forget(filter: FlowFilter): Promise<number> {
    using socket = new NetlinkSocket(sysAddon(), -1, protocolNetfilter);
    const subject = { operation: 'IPCTNL_MSG_CT_GET', name: filter.protocol };
    let forgotten = 0;
    for (const flow of await list(socket, filter, subject)) {
      try {
        socket.request(deleteFlow(flow), { operation: 'IPCTNL_MSG_CT_DELETE' });
        forgotten += 1;
      } catch (error) {
        // It ended by itself meanwhile.
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    }
    return forgotten;
  }
}

async function list(
  socket: NetlinkSocket,
  filter: FlowFilter,
  subject: { readonly operation: string; readonly name: string },
): Promise<ListedFlow[]> {
  try {
    const { messages } = await socket.requestAsync(listFlows(filter), subject);
    return messages
      .map(({ payload }) => decodeFlow(payload))
      .filter((flow) => flow !== undefined)
      .filter((flow) => matchesFlow(filter, flow));
  } catch (error) {
    // A kernel without connection tracking knows no such messages.
    if (['EINVAL', 'EOPNOTSUPP', 'EPROTONOSUPPORT'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
